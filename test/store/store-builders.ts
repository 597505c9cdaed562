import type { Definition } from '../../engine/definition.ts';
import type { NewExecution } from '../../shared/store/execution-record.ts';
import type { Stores } from '../../shared/store/stores.ts';
import type { UserRecord } from '../../shared/store/users.ts';

/** Text that has gone wrong in some store or other: scripts, emoji, combining marks, NUL, quotes, expression syntax. */
export const HARD_TEXT = 'Zoë €5 日本 😀 a\u0301 \u0000 "\'`#pk = :v} $ %00';

let users = 0;

export const aUser = (stores: Stores, overrides: Partial<UserRecord> = {}): Promise<UserRecord> => {
  users += 1;
  return stores.users.create({
    username: `user-${users}`,
    email: `user-${users}@example.com`,
    passwordHash: 'hash',
    securityStamp: 'stamp',
    ...overrides,
  });
};

export const aDefinition = (notes = ''): Definition => ({
  nodes: [
    {
      id: 'start',
      name: 'Start',
      type: 'trigger.manual',
      parameters: {},
      onError: 'stop',
      onInterrupted: 'repeat',
      notes,
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
    saveData: 'all',
    expressionVersion: 1,
  },
});

export const aWorkflow = async (
  stores: Stores,
  overrides: { name?: string; createdBy?: string; isPublic?: boolean } = {},
) =>
  stores.workflows.createWithVersion(
    { name: 'Orders', createdBy: overrides.createdBy ?? (await aUser(stores)).id, ...overrides },
    aDefinition(),
  );

export const anExecution = (overrides: Partial<NewExecution> = {}): NewExecution => ({
  workflowId: 'wf_1',
  workflowVersionId: 'wfv_1',
  version: 1,
  ownerId: 'usr_1',
  triggerType: 'manual',
  triggerNodeId: 'start',
  items: [{ json: { order: 'A-17' } }],
  ...overrides,
});
