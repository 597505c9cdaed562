import { NodeError, type NodeErrorData } from '../../engine/errors.ts';
import { runSlice, type Slice, type SliceOutcome } from '../../engine/index.ts';
import { executionAi } from '../ai/execution-ai.ts';
import { typesFor } from '../catalogue/custom-types.ts';
import { credentialsOf } from '../credentials/resolve.ts';
import { AppError } from '../errors.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { LoadedExecution } from '../store/executions.ts';
import { portInClass } from '../store/lifetime.ts';
import type { Stores } from '../store/stores.ts';
import { bodyOf } from './body-base.ts';
import { childrenOf } from './children.ts';
import { countedHttp } from './counted-http.ts';
import type { Ended } from './duty.ts';
import { failExecution } from './fail.ts';
import type { InlineChildren } from './inline-child.ts';
import { type InterpreterWorld, type SliceOptions, terminalWorld } from './interpreter-world.ts';
import { definitionHolder, definitionOf } from './own-definition.ts';
import type { CachedPlan, PlanCache } from './plan-cache.ts';
import { asking, concluding, type OnAppend } from './slice-journal.ts';
import { enter, limitOf } from './slots.ts';
import { tablesOf } from './tables.ts';
import { doTerminalWork, owesWork } from './terminal-work.ts';
import { variablesOf } from './variables.ts';

interface SliceHost {
  readonly runChild: (options: SliceOptions) => InlineChildren;
  readonly onAppend: OnAppend | undefined;
}

/** Runs one slice of what was loaded: brings together all that the engine needs for it. */
export const runLoaded = async (
  world: InterpreterWorld,
  plans: PlanCache,
  loaded: LoadedExecution,
  options: SliceOptions,
  { runChild, onAppend }: SliceHost,
): Promise<SliceOutcome> => {
  const { record } = loaded;
  let cached: CachedPlan;
  try {
    const holder = record.hasOwnDefinition ? definitionHolder(record) : record.workflowVersionId;
    cached = await plans.get(holder, () => existingDefinition(world.stores, record));
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    return fail(world, loaded, NodeError.from(thrown).toData());
  }
  let context: Slice['context'];
  let body: Slice['body'];
  try {
    context = await contextOf(world, record, cached);
    body = record.body
      ? await bodyOf(portInClass(world.ports.payloads, record.lifetime), record.body)
      : undefined;
  } catch (thrown) {
    if (thrown instanceof NodeError) return fail(world, loaded, thrown.toData());
    if (!(thrown instanceof AppError) || thrown.code !== 'credential.unreadable') throw thrown;
    return fail(world, loaded, unreadable(thrown));
  }
  const { settings } = cached.plan;
  const limit = record.status === 'pending' ? limitOf(record, settings) : null;
  if (limit !== null && !isCancelled(loaded)) {
    // What is not accepted cannot queue.
    if (loaded.unaccepted) return { kind: 'busy', until: world.ports.clock.now() };
    if (!(await enter(terminalWorld(world), record, limit))) return { kind: 'parked', wakeAt: null };
  }
  const mayClose = (final: Ended['final']) => !owesWork({ record, final, settings });
  const journal = world.stores.executions.journal(loaded, options.writer, mayClose);
  const outcome = await runSlice({
    ...options,
    executionId: record.id,
    plan: cached.plan,
    events: loaded.events,
    ...(loaded.snapshot ? { snapshot: loaded.snapshot.state } : {}),
    inbox: loaded.inbox,
    trigger: { nodeId: record.triggerNodeId, items: record.items },
    mode: record.mode,
    ...(body ? { body } : {}),
    context,
    ports: {
      ...world.ports,
      payloads: portInClass(world.ports.payloads, record.lifetime),
      http: countedHttp(world.ports.http, record.hops),
      credentials: credentialsOf({ ...world, ...world.ports }, record.ownerId),
      children: childrenOf({ ...world, ...world.ports }, record, () =>
        mayRunChildren(loaded, options) ? runChild(options) : null,
      ),
      tables: tablesOf(world.stores, record.ownerId),
      aws: world.aws(record.ownerId),
      ai: executionAi({ ...world, ...world.ports }, record, cached.plan.settings),
    },
    journal: concluding(asking(journal, options.mayStore), onAppend, async (final) => {
      if (!journal.isClosed()) await doTerminalWork(terminalWorld(world), { record, final, settings });
    }),
  });
  options.onPlace?.({ read: loaded.position, now: journal.position() });
  return outcome;
};

/** Not where an interpreter was lost at the same place: it may have been a child that brought it down. */
const mayRunChildren = ({ record, position }: LoadedExecution, { runsChildren }: SliceOptions): boolean =>
  runsChildren !== false && record.recoveredAt !== position;

const isCancelled = ({ inbox }: LoadedExecution): boolean => inbox.some(({ kind }) => kind === 'cancel');

const existingDefinition = async (stores: Stores, record: ExecutionRecord) => {
  const definition = await definitionOf(stores, record);
  if (definition) return { definition, types: await typesFor(stores, definition.nodes) };
  const message = `Version ${record.version} of the workflow has been deleted.`;
  throw new NodeError('execution.versionMissing', message);
};

/** Read afresh for every slice, but only what the workflow asks for. */
const contextOf = async (
  { stores, vault }: InterpreterWorld,
  record: ExecutionRecord,
  cached: CachedPlan,
): Promise<Slice['context']> => {
  const { ownerId, workflowId } = record;
  const [workflow, variables] = await Promise.all([
    cached.mentionsWorkflow ? stores.workflows.get(record.workflowId) : null,
    cached.mentionsVariables
      ? variablesOf({ stores, ownerId, workflowId }, vault)
      : { vars: {}, secretVars: {} },
  ]);
  return {
    workflow: { id: record.workflowId, name: workflow?.name ?? '' },
    ...variables,
    timezone: cached.plan.settings.timezone,
  };
};

/** Ends an execution that cannot be run at all. */
export const fail = async (
  world: InterpreterWorld,
  loaded: LoadedExecution,
  error: NodeErrorData,
): Promise<SliceOutcome> =>
  (await failExecution(terminalWorld(world), loaded, error))
    ? { kind: 'done', status: 'failed' }
    : { kind: 'lost' };

const unreadable = ({ message }: AppError): NodeErrorData => ({
  code: 'variable.unreadable',
  message: `A secret variable cannot be read. ${message}`,
  retryable: false,
});
