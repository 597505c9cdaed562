import { filesPrefix } from '../../engine/files.ts';
import { hashSecret, newSecret } from '../../shared/auth/secret.ts';
import { openSession } from '../../shared/auth/session.ts';
import { sealCredential } from '../../shared/credentials/credential-data.ts';
import { accept } from '../../shared/executions/accept.ts';
import { newId } from '../../shared/ids.ts';
import type { Platform } from '../../shared/platform.ts';
import { portInClass } from '../../shared/store/lifetime.ts';
import { chain, manual } from '../functions/definitions.ts';
import { type Account, accountOf, PASSWORD, SETUP_TOKEN } from '../http/test-platform.ts';
import { aHook, aSchedule } from '../store/trigger-builders.ts';

/** What a row may make use of: the platform, whom the resource belongs to, and the ids in the path by name. */
interface Made {
  readonly platform: Platform;
  readonly owner: Account;
  readonly ids: Readonly<Record<string, string>>;
}

/** How a route is called so that it succeeds, and who gets what. */
export interface Row {
  readonly body?: (made: Made) => unknown;
  readonly query?: string;
  /** What the owner gets; any success when not said. */
  readonly own?: number;
  /** What another user gets for what is the owner's; 404 when not said. */
  readonly stranger?: number;
  /** A list of what is everybody's, whoever made it. */
  readonly shared?: true;
  /** What an admin gets for what is the owner's; the same as the owner when not said. */
  readonly admin?: number;
}

let names = 0;
const fresh = (name: string) => {
  names += 1;
  return `${name}-${names}`;
};

const graph = chain(manual);

const workflowOf = ({ stores }: Platform, { id }: Account) =>
  stores.workflows.createWithVersion({ name: fresh('Orders'), createdBy: id }, parsed());
const parsed = () => ({
  nodes: [
    {
      id: 'start',
      name: 'Start',
      type: 'trigger.manual',
      typeVersion: 1,
      parameters: {},
      onError: 'stop' as const,
      onInterrupted: 'repeat' as const,
    },
  ],
  edges: [],
  settings: {
    timeoutSeconds: 60,
    maxLifetimeSeconds: 3_600,
    maxNodeRuns: 100,
    errorWorkflowId: null,
    concurrency: null,
    timezone: 'UTC',
    saveData: 'all' as const,
    expressionVersion: 1 as const,
  },
});

/**
 * A resource of the owner's for each name in a path that stands for one. A new kind of id: a line here that makes one and
 * answers its id.
 */
export const OWNED: Readonly<Record<string, (platform: Platform, owner: Account) => Promise<string>>> = {
  userId: async (platform) => (await accountOf(platform, 'user', fresh('user'))).id,
  workflowId: async (platform, owner) => (await workflowOf(platform, owner)).id,
  executionId: async (platform, owner) => {
    const workflow = await workflowOf(platform, owner);
    const version = await platform.stores.workflowVersions.get(workflow.id, 1);
    if (!version) throw new Error('A workflow has a version 1.');
    const { record } = await accept(platform, {
      workflow,
      version,
      triggerNodeId: 'start',
      triggerType: 'manual',
      items: [{ json: {} }],
      mode: 'production',
      hops: undefined,
    });
    const files = portInClass(platform.payloads, record.lifetime);
    await files.put(`${filesPrefix(record.id)}${PLAIN.fileId}`, Buffer.from('given'));
    return record.id;
  },
  credentialId: async ({ stores, vault }, owner) => {
    const owned = { id: newId('cred'), createdBy: owner.id };
    const data = await sealCredential(vault, owned, {
      authorizationUrl: 'https://a.example/',
      tokenUrl: 'https://a.example/',
      clientId: 'client',
      scope: '',
      extra: '',
      clientAuthentication: 'basic',
    });
    const row = { name: 'API', type: 'oauth2AuthorizationCode', allowedHosts: ['a.example'], data };
    return (await stores.credentials.create({ ...row, createdBy: owner.id }, owned.id)).id;
  },
  variableId: async ({ stores }, owner) => {
    const row = {
      name: fresh('rate').replace('-', '_'),
      type: 'string',
      scope: 'global',
      value: 'x',
    } as const;
    return (await stores.variables.create({ ...row, workflowId: null, createdBy: owner.id })).id;
  },
  suggestionId: async ({ stores }, owner) => {
    const suggestion = JSON.stringify({
      ...{ status: 'ready', source: 'template', workflowId: null, modelId: null, templateId: null },
      ...{ name: fresh('Suggested'), explanation: '', definition: parsed(), needs: [], problems: [] },
      ...{ isValid: true, alternatives: [], costUsd: null },
    });
    const row = { prompt: 'x', suggestion, isApplied: false, appliedAt: null, feedback: null };
    return (await stores.aiSuggestions.create({ ...row, userId: owner.id })).id;
  },
  modelId: async ({ stores }, owner) => {
    const row = { name: fresh('Model'), provider: 'bedrock', modelId: 'a.model', type: 'llm' } as const;
    const rest = { description: null, isActive: true, configuration: '{}', createdBy: owner.id };
    return (await stores.aiModels.create({ ...row, ...rest })).id;
  },
  templateId: async ({ stores }) => {
    const row = { name: fresh('Template'), description: null, category: null, tags: [], isFeatured: false };
    const written = { definition: JSON.stringify(parsed()), requirements: null };
    return (await stores.templates.create({ ...row, ...written })).id;
  },
  keyId: async ({ stores }, owner) => {
    const key = newSecret('sw_');
    const row = { name: 'script', prefix: key.slice(0, 9), scopes: ['key:write'] as const, expiresAt: null };
    return (await stores.apiKeys.create({ ...row, userId: owner.id, keyHash: hashSecret(key) })).id;
  },
  webhookId: async (platform, owner) => {
    const { id } = await workflowOf(platform, owner);
    const { slug: _slug, ...hook } = aHook({ authentication: { kind: 'token', header: 'authorization' } });
    const webhook = await platform.stores.workflows.addWebhook(id, async () => ({
      ...hook,
      workflowId: id,
      ownerId: owner.id,
      name: null,
      madeBy: 'resource',
      authEnabled: true,
      authToken: null,
      authSecret: null,
      hookId: fresh('hook'),
      workflowVersionId: '',
      version: 1,
      lifetime: 'short',
      isEnabled: true,
      isActive: false,
    }));
    return webhook.id;
  },
  scheduleId: async (platform, owner) => {
    const { id } = await workflowOf(platform, owner);
    const { position: _position, ...timing } = aSchedule();
    const made = { ...timing, workflowId: id, createdBy: owner.id };
    return (await platform.stores.workflows.addSchedule(id, async () => made)).id;
  },
  sessionId: async (platform, owner) => {
    const user = await platform.stores.users.get(owner.id);
    if (!user) throw new Error('The owner is a user.');
    await openSession(platform, user, { agent: fresh('agent'), address: '' });
    return (await platform.stores.sessions.list(owner.id))[0]?.familyId ?? '';
  },
};

/** A version that is nowhere, as nothing here runs it. */
const NOT_PUBLISHED = 'wf_01h455vb4pex5vsknk084sn02q';

/** Names in a path that are no resource of anybody's. */
export const PLAIN: Readonly<Record<string, string>> = {
  version: '1',
  other: '1',
  type: 'flow.if',
  deliveryId: 'dlv_1',
  listenerId: 'test_0123456789abcdef',
  // Every execution that is made here has it.
  fileId: 'given',
};

const account = () => {
  const username = fresh('new');
  return { username, email: `${username}@example.com`, password: 'long enough' };
};

/**
 * A line for each route, by its id. `{}` will do for one that takes no body and that its owner and admins may use.
 * Without a line the test of the route fails: what nobody said may be allowed is not checked.
 */
export const ROWS: Readonly<Record<string, Row>> = {
  getSetup: {},
  setUp: { body: () => ({ token: SETUP_TOKEN, ...account() }) },
  login: { body: ({ owner }) => ({ username: owner.username, password: PASSWORD }) },
  refresh: { body: ({ owner }) => ({ refreshToken: owner.refreshToken }) },
  logout: {},
  listSessions: {},
  deleteSession: { admin: 404 },
  getMe: {},
  updateMe: { body: () => ({ firstName: 'Zoë' }) },
  listUsers: {},
  createUser: { body: account },
  getUser: {},
  updateUser: { body: () => ({ firstName: 'Zoë' }) },
  deleteUser: {},
  listApiKeys: {},
  createApiKey: { body: () => ({ name: 'script', scopes: ['key:write'] }) },
  rotateApiKey: { admin: 404 },
  deleteApiKey: { admin: 404 },
  listCredentials: {},
  createCredential: {
    body: () => ({ name: 'API', type: 'bearer', data: { token: 'x' }, allowedHosts: ['a.example'] }),
  },
  listCredentialTypes: {},
  finishOAuth: { query: 'state=x', own: 400 },
  getCredential: {},
  updateCredential: { body: () => ({ name: 'Other' }), admin: 403 },
  deleteCredential: {},
  testCredential: { admin: 403 },
  listCredentialUsage: {},
  startOAuth: { admin: 403 },
  listVariables: {},
  createVariable: { body: () => ({ name: fresh('rate').replace('-', '_'), value: 'x' }) },
  getVariable: {},
  updateVariable: { body: () => ({ value: 'y' }) },
  deleteVariable: {},
  listWorkflows: {},
  createWorkflow: { body: () => ({ name: 'Orders' }) },
  validateDefinition: { body: () => ({ definition: graph }) },
  getWorkflow: {},
  saveWorkflow: { body: () => ({ definition: graph }) },
  updateWorkflow: { body: () => ({ name: 'Other' }) },
  deleteWorkflow: {},
  validateWorkflow: {},
  listVersions: {},
  getVersion: {},
  diffVersions: {},
  restoreVersion: {},
  publishWorkflow: {},
  unpublishWorkflow: {},
  runWorkflow: { body: () => ({ version: 'draft' }) },
  testWorkflow: {},
  listenForWebhook: { own: 400 },
  getCapturedWebhook: { own: 404 },
  listWebhooks: {},
  createWebhook: { body: () => ({ workflowId: NOT_PUBLISHED, nodeId: 'hook' }), own: 404 },
  getWebhook: {},
  updateWebhook: { body: () => ({ name: 'Other' }) },
  deleteWebhook: {},
  rotateWebhook: {},
  listWebhookDeliveries: {},
  replayWebhookDelivery: { own: 409 },
  listSchedules: {},
  createSchedule: {
    body: () => ({ workflowId: NOT_PUBLISHED, nodeId: 'clock', cronExpression: '0 9 * * *' }),
    own: 404,
  },
  previewSchedule: { body: () => ({ cronExpression: '0 9 * * *' }) },
  getSchedule: {},
  updateSchedule: { body: () => ({ cronExpression: '0 8 * * *' }) },
  deleteSchedule: {},
  pauseSchedule: {},
  resumeSchedule: {},
  putEvents: { body: () => ({ source: 'shop', detailType: 'order' }) },
  testEventPattern: {
    body: () => ({ pattern: { source: ['shop'] }, event: { source: 'shop', detailType: 'order' } }),
  },
  listExecutions: {},
  getExecution: {},
  // Of an execution that is open: 409 says that it was found.
  deleteExecution: { own: 409 },
  listExecutionLogs: {},
  readExecutionFile: {},
  cancelExecution: {},
  resumeExecution: { body: () => ({}), own: 409 },
  previewRetry: { own: 409 },
  retryExecution: { own: 409 },
  bulkExecutions: { body: () => ({ action: 'cancel', filter: {} }) },
  getStats: {},
  importWorkflow: {
    body: () => ({
      package: { format: 'stepwell.workflow', formatVersion: 1, name: 'Orders', definition: graph },
    }),
  },
  exportWorkflow: {},
  duplicateWorkflow: {},
  getOperations: {},
  setQuotas: { body: () => ({}) },
  // Held, the platform would refuse what the other lines start.
  holdPlatform: { body: () => ({ reason: '' }), own: 400 },
  resumePlatform: {},
  listOpenExecutions: {},
  releaseExecution: {},
  failOpenExecution: {},
  listNodes: {},
  explainExecution: { body: ({ ids }) => ({ executionId: ids.executionId ?? 'exec_x' }), own: 400 },
  createSuggestion: { body: () => ({ prompt: 'Post new orders to Slack' }) },
  listSuggestions: {},
  getSuggestion: {},
  applySuggestion: { own: 201 },
  rateSuggestion: { body: () => ({ feedback: 'positive' }) },
  listAiModels: { shared: true },
  getAiModel: { stranger: 200 },
  createAiModel: {
    body: () => ({ name: fresh('Model'), provider: 'bedrock', modelId: 'a.model', type: 'llm' }),
  },
  updateAiModel: { body: () => ({ name: fresh('Model') }) },
  deleteAiModel: {},
  testAiModel: {},
  listTemplates: { shared: true },
  getTemplate: { stranger: 200 },
  instantiateTemplate: { stranger: 201 },
  createTemplate: { body: () => ({ workflowId: NOT_PUBLISHED }), own: 404 },
  updateTemplate: { body: () => ({ name: fresh('Template') }) },
  deleteTemplate: {},
  createNode: {
    body: () => ({ type: `custom.${fresh('n')}`, name: 'N', request: { url: 'https://api.example/' } }),
  },
  importNodes: {
    body: () => ({
      document: {
        openapi: '3.1.0',
        servers: [{ url: 'https://api.example' }],
        paths: { '/orders': { get: { operationId: 'listOrders', responses: {} } } },
      },
      prefix: 'shop',
    }),
  },
  getNode: {},
  listNodeCategories: {},
  getHealth: {},
  getOpenApi: {},
  getDocs: {},
};
