import type { Definition } from '../../engine/definition.ts';
import { compile, type Plan, reachOf, seedJournal } from '../../engine/index.ts';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import { ENGINE_RELEASE } from '../../engine/interpreter/release.ts';
import type { Item } from '../../engine/item.ts';
import { notFound } from '../auth/visibility.ts';
import { typesFor } from '../catalogue/custom-types.ts';
import type { RetryPreview, RetryRequest } from '../contracts/retries.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { LoadedExecution } from '../store/executions.ts';
import type { Stores } from '../store/stores.ts';
import type { WorkflowRecord } from '../store/workflow-record.ts';
import type { WorkflowVersionRecord } from '../store/workflow-versions.ts';
import { ownedBy, versionOf } from '../workflows/access.ts';
import { refuseInvalid } from '../workflows/draft.ts';
import { actedWithChildren } from './acted-children.ts';

/** A retry worked out and not begun. */
export interface PlannedRetry {
  readonly workflow: WorkflowRecord;
  readonly version: WorkflowVersionRecord;
  readonly items: readonly Item[];
  /** How the new journal begins; empty for one from the start. */
  readonly seed: readonly JournalEvent[];
  readonly preview: RetryPreview;
}

export const planRetry = async (
  platform: Platform,
  executionId: string,
  request: RetryRequest,
): Promise<PlannedRetry> => {
  const loaded = await platform.stores.executions.load(executionId);
  if (!loaded) throw notFound('execution');
  const { record } = loaded;
  refuseUnfit(record, request);
  const workflow = await platform.stores.workflows.get(record.workflowId);
  if (!workflow) throw notFound('workflow');
  const version = await versionOf(platform, workflow.id, VERSIONS[request.version](record, workflow));
  await refuseInvalid(version.definition, ownedBy(platform, workflow));
  const plan = compile(version.definition, await typesFor(platform.stores, version.definition.nodes));
  if (!plan.triggers.some(({ id }) => id === record.triggerNodeId)) {
    throw cannot(`Version ${version.version} has no trigger "${record.triggerNodeId}", where it began.`);
  }
  const items = request.items ?? record.items;
  // Children that completed are found again by a retry of the same version from the failed node: see earlier-child.ts.
  const keepsChildren = request.from === 'failedNode' && version.id === record.workflowVersionId;
  const { events, kept } = seedOf(plan, loaded, request, platform.clock.now());
  return {
    workflow,
    version,
    items,
    seed: events,
    preview: {
      version: version.version,
      from: request.from,
      nodeId: request.nodeId ?? (request.from === 'failedNode' ? record.errorNodeId : null),
      ...(await statementOf(platform.stores, version.definition, loaded.events, kept, keepsChildren)),
    },
  };
};

const refuseUnfit = (record: ExecutionRecord, request: RetryRequest): void => {
  if (record.finishedAt === null) throw cannot('The execution has not ended. Cancel it, or wait.');
  if (!record.isDataKept) throw cannot('Its data was not saved, as its workflow says. Start it anew.');
  if (record.hasOwnDefinition)
    throw cannot('It was a test of an unsaved definition or of a part. Test it again.');
  if (record.parentExecutionId !== null)
    throw cannot(`It is part of the execution ${record.parentExecutionId}: retry that one.`);
  if (request.from === 'failedNode' && record.status === 'completed')
    throw cannot('It has completed: no node failed. Name a node, or retry from the start.');
};

const VERSIONS: Readonly<
  Record<RetryRequest['version'], (record: ExecutionRecord, workflow: WorkflowRecord) => number>
> = {
  original: ({ version }) => version,
  draft: (_record, { version }) => version,
  published: (_record, { publishedVersion }) => {
    if (publishedVersion !== null) return publishedVersion;
    throw new AppError('workflow.notPublished', 'No version is published. Retry on the original version.');
  },
};

const seedOf = (plan: Plan, { record, events }: LoadedExecution, request: RetryRequest, now: number) => {
  if (request.from === 'start') return { events: [], kept: new Set<string>() };
  const started = {
    type: 'executionStarted',
    at: now,
    engine: ENGINE_RELEASE,
    triggerNodeId: record.triggerNodeId,
    items: record.items,
  } as const;
  return seedJournal(plan, events, started, keepingOf(plan, record, events, request));
};

type IsKept = (result: { readonly nodeId: string; readonly run: string }) => boolean;

/** From a node: what cannot come from it. From the failed node: every result but the one that ended the execution. */
const keepingOf = (
  plan: Plan,
  record: ExecutionRecord,
  events: readonly JournalEvent[],
  { from, nodeId = '' }: RetryRequest,
): IsKept => {
  if (from === 'failedNode') {
    const last = events.findLast(
      (event) => event.type === 'nodeSucceeded' && event.nodeId === record.errorNodeId,
    );
    const stopped = isFailure(events, record.errorNodeId) ? null : last;
    return ({ run }) => !(stopped?.type === 'nodeSucceeded' && stopped.run === run);
  }
  if (!plan.nodes.has(nodeId) || nodeId === record.triggerNodeId) {
    throw new AppError(
      'request.invalid',
      `There is no node "${nodeId}" behind the trigger in that version.`,
      {
        errors: [{ pointer: '/nodeId', message: 'must be the id of a node behind the trigger' }],
      },
    );
  }
  const again = reachOf(plan, nodeId);
  return (result) => !again.has(result.nodeId);
};

/** A node may also end an execution by a result, as one that stops it does. */
const isFailure = (events: readonly JournalEvent[], nodeId: string | null): boolean =>
  events.some((event) => event.type === 'nodeFailed' && event.nodeId === nodeId && event.retryAt === null);

const statementOf = async (
  stores: Stores,
  { nodes }: Definition,
  events: readonly JournalEvent[],
  kept: ReadonlySet<string>,
  keepsChildren: boolean,
): Promise<Pick<RetryPreview, 'keeps' | 'repeats'>> => {
  const keptNodes = events.flatMap((event) =>
    event.type === 'nodeSucceeded' && kept.has(event.run) ? [event.nodeId] : [],
  );
  const acted = (await actedWithChildren(stores, events, keepsChildren)).filter(({ run }) => !kept.has(run));
  return {
    keeps: nodes.flatMap(({ id, name }) => {
      const runs = keptNodes.filter((nodeId) => nodeId === id).length;
      return runs === 0 ? [] : [{ nodeId: id, name, runs }];
    }),
    repeats: nodes.flatMap(({ id, name, type, disabled }) => {
      const runs = acted.filter(({ nodeId }) => nodeId === id);
      if (runs.length === 0 || disabled) return [];
      const certain = runs.filter(({ isCertain }) => isCertain).length;
      return [{ nodeId: id, name, type, runs: certain, uncertainRuns: runs.length - certain }];
    }),
  };
};

const cannot = (why: string): AppError => new AppError('execution.cannotRetry', why);
