import type { JsonObject } from '../../engine/item.ts';
import { hashId } from '../ids.ts';
import { lifetimeOf } from '../store/lifetime-of.ts';
import type { WorkflowRecord } from '../store/workflow-record.ts';
import { triggersOf } from '../workflows/triggers.ts';
import { accept } from './accept.ts';
import type { Duty, Ended, TerminalWorld } from './duty.ts';

const DETAIL = 'error';

/**
 * Starts the workflow that `settings.errorWorkflowId` names, once for each failed execution. Tests start none, nor do
 * children, whose parent has to deal with it, nor error workflows themselves: that would go on for ever.
 */
export const startErrorWorkflow: Duty = {
  isOwed: ({ record, final, settings }) =>
    final.status === 'failed' &&
    Boolean(settings?.errorWorkflowId) &&
    record.mode === 'production' &&
    record.parentExecutionId === null &&
    record.triggerDetail !== DETAIL,
  perform: async (world, ended) => {
    const workflow = await world.stores.workflows.get(ended.settings?.errorWorkflowId ?? '');
    if (workflow?.createdBy === ended.record.ownerId) await start(world, workflow, ended);
  },
};

const start = async (world: TerminalWorld, workflow: WorkflowRecord, ended: Ended): Promise<void> => {
  const { workflows, workflowVersions } = world.stores;
  if (workflow.publishedVersion === null) return;
  const version = await workflowVersions.get(workflow.id, workflow.publishedVersion);
  const trigger = version && triggersOf(version.definition).find(({ kind }) => kind === 'error');
  if (!trigger) return;
  const failed = await workflows.get(ended.record.workflowId);
  const { record } = await accept(world, {
    id: hashId('exec', JSON.stringify([DETAIL, ended.record.id])),
    workflow,
    version,
    triggerNodeId: trigger.node.id,
    triggerType: 'event',
    triggerDetail: DETAIL,
    isOwed: true,
    lifetime: lifetimeOf(version.definition),
    items: [{ json: describe(ended, failed) }],
    mode: 'production',
    hops: String(ended.record.hops),
  });
  await world.poke(record.id);
};

/** What `trigger.error` brings. */
const describe = ({ record, final }: Ended, workflow: WorkflowRecord | null): JsonObject => ({
  execution: {
    id: record.id,
    startedAt: record.startedAt,
    finishedAt: new Date(final.at).toISOString(),
    triggerType: record.triggerType,
    retryOf: record.retryOf,
  },
  workflow: { id: record.workflowId, name: workflow?.name ?? null, version: record.version },
  error: {
    code: final.error?.code ?? null,
    message: final.error?.message ?? null,
    nodeId: final.error?.nodeId ?? null,
  },
});
