import type { Asynchronous } from '../deferred.ts';
import { once } from '../once.ts';
import { makeAiModelStore } from './ai-models.ts';
import { makeAiSuggestionStore } from './ai-suggestions.ts';
import { makeAiUsageStore } from './ai-usage.ts';
import { makeApiKeyStore } from './api-keys.ts';
import type { StoreConnection } from './connection.ts';
import { makeCredentialStore } from './credentials.ts';
import { makeDeliveryStore } from './deliveries.ts';
import { makeExecutionStore } from './executions.ts';
import type { Key } from './guarded-write.ts';
import { makeHookListenerStore } from './hook-listeners.ts';
import { makeIdempotencyStore } from './idempotency.ts';
import { makeJobStore } from './jobs.ts';
import { makeNodeCategoryStore } from './node-categories.ts';
import { makeNodeStore } from './nodes.ts';
import { makeOAuthStateStore } from './oauth-states.ts';
import { makeOAuthTokenStore } from './oauth-tokens.ts';
import { makeOperationsStore } from './operations.ts';
import { makeRateLimitStore } from './rate-limits.ts';
import { makeScheduleStore } from './schedules.ts';
import { makeSessionStore } from './sessions.ts';
import { makeSettingsStore } from './settings.ts';
import { makeSlotStore } from './slots.ts';
import { makeSubscriptionStore } from './subscriptions.ts';
import { makeTemplateStore } from './templates.ts';
import { makeUserTableStore } from './user-tables.ts';
import { makeUserStore } from './users.ts';
import { makeVariableStore } from './variables.ts';
import { makeWebhookStore } from './webhooks.ts';
import { makeVersionStore } from './workflow-versions.ts';
import { makeWorkflowStore } from './workflows.ts';

/** Every store, each made when it is first asked for. */
export const makeStores = (connection: StoreConnection) => {
  const made = {
    users: once(() => makeUserStore(connection)),
    workflows: once(() => makeWorkflowStore(connection, userKey)),
    workflowVersions: once(() => makeVersionStore(connection)),
    webhooks: once(() => makeWebhookStore(connection)),
    executions: once(() => makeExecutionStore(connection)),
    credentials: once(() => makeCredentialStore(connection, userKey)),
    oauthTokens: once(() => makeOAuthTokenStore(connection)),
    oauthStates: once(() => makeOAuthStateStore(connection)),
    variables: once(() => makeVariableStore(connection, { userKey, workflowKey })),
    schedules: once(() => makeScheduleStore(connection, { userKey, workflowKey })),
    subscriptions: once(() => makeSubscriptionStore(connection)),
    deliveries: once(() => makeDeliveryStore(connection)),
    hookListeners: once(() => makeHookListenerStore(connection)),
    nodes: once(() => makeNodeStore(connection)),
    nodeCategories: once(() => makeNodeCategoryStore(connection)),
    aiModels: once(() => makeAiModelStore(connection)),
    templates: once(() => makeTemplateStore(connection)),
    aiSuggestions: once(() => makeAiSuggestionStore(connection, userKey)),
    sessions: once(() => makeSessionStore(connection)),
    apiKeys: once(() => makeApiKeyStore(connection, userKey)),
    idempotency: once(() => makeIdempotencyStore(connection)),
    rateLimits: once(() => makeRateLimitStore(connection)),
    settings: once(() => makeSettingsStore(connection)),
    aiUsage: once(() => makeAiUsageStore(connection)),
    userTables: once(() => makeUserTableStore(connection)),
    slots: once(() => makeSlotStore(connection)),
    jobs: once(() => makeJobStore(connection)),
    operations: once(() => makeOperationsStore(connection)),
  };
  function userKey(userId: string): Key {
    return made.users().keyOf(userId);
  }
  function workflowKey(workflowId: string): Key {
    return made.workflows().keyOf(workflowId);
  }
  return {
    get users() {
      return made.users();
    },
    get workflows() {
      return made.workflows();
    },
    get workflowVersions() {
      return made.workflowVersions();
    },
    get webhooks() {
      return made.webhooks();
    },
    get executions() {
      return made.executions();
    },
    get credentials() {
      return made.credentials();
    },
    get oauthTokens() {
      return made.oauthTokens();
    },
    get oauthStates() {
      return made.oauthStates();
    },
    get variables() {
      return made.variables();
    },
    get schedules() {
      return made.schedules();
    },
    get deliveries() {
      return made.deliveries();
    },
    get hookListeners() {
      return made.hookListeners();
    },
    get subscriptions() {
      return made.subscriptions();
    },
    get nodes() {
      return made.nodes();
    },
    get nodeCategories() {
      return made.nodeCategories();
    },
    get aiModels() {
      return made.aiModels();
    },
    get templates() {
      return made.templates();
    },
    get aiSuggestions() {
      return made.aiSuggestions();
    },
    get sessions() {
      return made.sessions();
    },
    get apiKeys() {
      return made.apiKeys();
    },
    get idempotency() {
      return made.idempotency();
    },
    get rateLimits() {
      return made.rateLimits();
    },
    get settings() {
      return made.settings();
    },
    get aiUsage() {
      return made.aiUsage();
    },
    get userTables() {
      return made.userTables();
    },
    get operations() {
      return made.operations();
    },
    get jobs() {
      return made.jobs();
    },
    get slots() {
      return made.slots();
    },
  };
};

type Made = ReturnType<typeof makeStores>;

/**
 * The stores as the rest of the product sees them. What is not asynchronous takes part in another store's transactions and
 * stays among them, so that a store may also be loaded when it is first asked.
 */
export type Stores = Pick<Made, 'executions'> & {
  readonly [Name in Exclude<keyof Made, 'executions'>]: Asynchronous<Made[Name]>;
};
