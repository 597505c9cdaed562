import { deferred } from '../deferred.ts';
import { once } from '../once.ts';
import type { StoreConnection } from './connection.ts';
import { makeExecutionStore } from './executions.ts';
import type { Stores } from './stores.ts';
import { versionReader } from './version-reader.ts';

/**
 * The stores for a process that mostly moves executions: those and the definitions at once, all others when they are first
 * asked for, as their library takes longer to load than everything else together.
 */
export const makeLeanStores = (connection: StoreConnection): Stores => {
  const all = once(async () => (await import('./stores.ts')).makeStores(connection));
  const later = <Name extends keyof Stores>(name: Name) => deferred(async () => (await all())[name]);
  return {
    executions: makeExecutionStore(connection),
    workflowVersions: deferred(async () => (await all()).workflowVersions, versionReader(connection)),
    users: later('users'),
    workflows: later('workflows'),
    webhooks: later('webhooks'),
    credentials: later('credentials'),
    oauthTokens: later('oauthTokens'),
    oauthStates: later('oauthStates'),
    variables: later('variables'),
    schedules: later('schedules'),
    subscriptions: later('subscriptions'),
    deliveries: later('deliveries'),
    hookListeners: later('hookListeners'),
    nodes: later('nodes'),
    nodeCategories: later('nodeCategories'),
    aiModels: later('aiModels'),
    templates: later('templates'),
    aiSuggestions: later('aiSuggestions'),
    sessions: later('sessions'),
    apiKeys: later('apiKeys'),
    idempotency: later('idempotency'),
    rateLimits: later('rateLimits'),
    settings: later('settings'),
    aiUsage: later('aiUsage'),
    userTables: later('userTables'),
    slots: later('slots'),
    jobs: later('jobs'),
    operations: later('operations'),
  };
};
