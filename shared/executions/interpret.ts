import { NodeError, type NodeErrorData } from '../../engine/errors.ts';
import { runSlice, type Slice, type SliceOutcome, SNAPSHOT_SCHEMA } from '../../engine/index.ts';
import { endIn } from '../../engine/interpreter/end-in.ts';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { AwsPort, EnginePorts } from '../../engine/ports.ts';
import { executionAi } from '../ai/execution-ai.ts';
import type { AiProviders } from '../ai/providers.ts';
import { typesFor } from '../catalogue/custom-types.ts';
import { credentialsOf } from '../credentials/resolve.ts';
import type { Vault } from '../credentials/vault.ts';
import { AppError } from '../errors.ts';
import type { ExecutionRecord, NewExecution } from '../store/execution-record.ts';
import type { JournalWriter, LoadedExecution } from '../store/executions.ts';
import { portInClass } from '../store/lifetime.ts';
import type { Stores } from '../store/stores.ts';
import { type Answer, answerOf } from './answer.ts';
import { bodyOf } from './body-base.ts';
import { childrenOf } from './children.ts';
import { countedHttp } from './counted-http.ts';
import type { Ended, TerminalWorld } from './duty.ts';
import { failExecution } from './fail.ts';
import { type InlineChildren, inlineChildren } from './inline-child.ts';
import { definitionHolder, definitionOf, settingsOf } from './own-definition.ts';
import { type CachedPlan, makePlanCache, type PlanCache } from './plan-cache.ts';
import { asking, concluding, type OnAppend } from './slice-journal.ts';
import { enter, limitOf } from './slots.ts';
import { tablesOf } from './tables.ts';
import { doTerminalWork, owesWork } from './terminal-work.ts';
import { variablesOf } from './variables.ts';

interface InterpreterWorld extends Pick<TerminalWorld, 'stores' | 'poke'> {
  readonly ports: Omit<EnginePorts, 'credentials' | 'children' | 'tables' | 'aws' | 'ai'>;
  /** AWS for the nodes of an owner. */
  readonly aws: (ownerId: string) => AwsPort;
  readonly providers: AiProviders;
  readonly vault: Vault;
  /** Told which children run in the slices of their parents, once they are stored and somebody may ask to wake them. */
  readonly onInline?: (executionId: string, isUnderWay: boolean) => void;
}

/** What a slice is given by whoever runs it, and what only the interpreter looks at. */
interface SliceOptions
  extends Pick<
    Slice,
    | 'deadline'
    | 'letGoAt'
    | 'isHurried'
    | 'waitingCaller'
    | 'longestSleepMilliseconds'
    | 'signal'
    /** Opened before the slice is asked for. */
    | 'mail'
  > {
  /** False: children are left to slices of their own, as one may have brought down the last interpreter. */
  readonly runsChildren?: boolean;
  /** Asked before an execution that nobody has accepted is stored without its end. False: it must not be. */
  readonly mayStore?: () => Promise<boolean>;
  readonly writer: JournalWriter;
  /** Told where in the journal the slice stands, in sequence numbers of the next event: as it was read, and at its end. */
  readonly onPlace?: (place: { readonly read: number; readonly now: number }) => void;
}

export interface Interpreter {
  /** Advances one execution by one slice. Rejects when the store cannot be reached; it can then be tried again. */
  readonly advance: (executionId: string, options: SliceOptions) => Promise<SliceOutcome>;
  /**
   * The first slice of an execution that nobody has accepted. It is accepted with what it first records, so that a short
   * one costs one put. When this rejects or is lost it may or may not be stored: accepting it makes sure.
   */
  readonly begin: (execution: NewExecution, options: SliceOptions) => Promise<Begun>;
}

export interface Begun {
  readonly outcome: SliceOutcome;
  /** What the journal says by now; null when another has written it. */
  readonly answer: Answer | null;
}

/** Slices that may fail at one place of a journal before its execution is failed. */
const POISONED_AFTER = 5;

/** Made once per process: it keeps plans, knows which slices are under way, and counts what failed. */
export const makeInterpreter = (world: InterpreterWorld): Interpreter => {
  const { executions } = world.stores;
  const plans = makePlanCache();
  const underWay = new Set<string>();
  const failures = new Map<string, number>();

  const runChild = (options: SliceOptions): InlineChildren =>
    inlineChildren(
      {
        now: world.ports.clock.now,
        begin: async (execution, { mayStore, ...child }) => {
          const { longestSleepMilliseconds } = options;
          const patience = longestSleepMilliseconds === undefined ? {} : { longestSleepMilliseconds };
          const { outcome, recorded } = await first(execution, {
            ...child,
            ...patience,
            mayStore,
            waitingCaller: false,
          });
          return { outcome, final: endIn(recorded) };
        },
        onInline: world.onInline,
      },
      options,
    );

  const first = async (
    execution: NewExecution,
    options: SliceOptions,
  ): Promise<{ readonly outcome: SliceOutcome; readonly recorded: readonly JournalEvent[] }> => {
    const recorded: JournalEvent[] = [];
    const onAppend: OnAppend = (events) => void recorded.push(...events);
    return { outcome: await attempt(executions.prepare(execution), options, onAppend), recorded };
  };

  const attempt = async (
    loaded: LoadedExecution,
    options: SliceOptions,
    onAppend?: OnAppend,
  ): Promise<SliceOutcome> => {
    const { writerId } = options.writer;
    const place = `${loaded.record.id} ${loaded.position}`;
    underWay.add(writerId);
    try {
      const outcome = await slice(world, plans, loaded, options, { runChild, onAppend });
      failures.delete(place);
      return outcome;
    } catch (thrown) {
      const count = (failures.get(place) ?? 0) + 1;
      if (thrown instanceof AppError || count < POISONED_AFTER) {
        // What the store could not do says nothing against the execution.
        if (!(thrown instanceof AppError)) failures.set(place, count);
        throw thrown;
      }
      failures.delete(place);
      return fail(world, loaded, poisoned(thrown));
    } finally {
      underWay.delete(writerId);
    }
  };

  return {
    advance: async (executionId, options) => {
      const loaded = await loadOr(world, executionId);
      if (loaded && 'kind' in loaded) return loaded;
      // One that was deleted meanwhile has nothing left to do.
      if (!loaded) return { kind: 'done', status: 'cancelled' };
      const end = endIn(loaded.events);
      if (end) {
        // The final event is what counts. A crash right behind it has left the row open.
        if (loaded.isOpen) {
          const settings = await settingsOf(world.stores, loaded.record);
          await doTerminalWork(terminalWorld(world), { record: loaded.record, final: end, settings });
        }
        return { kind: 'done', status: end.status };
      }
      const { writer } = options;
      options.onPlace?.({ read: loaded.position, now: loaded.position });
      const until = heldUntil(loaded, writer, underWay);
      if (until !== null && until > world.ports.clock.now()) return { kind: 'busy', until };
      return attempt(loaded, options);
    },
    begin: async (execution, options) => {
      const { outcome, recorded } = await first(execution, options);
      const isOurs = outcome.kind !== 'lost' && outcome.kind !== 'busy';
      return { outcome, answer: isOurs ? answerOf(recorded) : null };
    },
  };
};

/** What there is of an execution; its end where that cannot be read any more: it would stay "running" for ever. */
const loadOr = async (
  world: InterpreterWorld,
  executionId: string,
): Promise<LoadedExecution | SliceOutcome | null> => {
  const { executions } = world.stores;
  try {
    return await executions.load(executionId, SNAPSHOT_SCHEMA);
  } catch (thrown) {
    if (!(thrown instanceof NodeError)) throw thrown;
    const head = await executions.head(executionId);
    if (!head) return null;
    if (head.record.finishedAt !== null) return { kind: 'done', status: 'failed' };
    const loaded = { ...head, events: [], inbox: [], snapshot: null, isOpen: true, unaccepted: null };
    return fail(world, loaded, thrown.toData());
  }
};

interface SliceHost {
  readonly runChild: (options: SliceOptions) => InlineChildren;
  readonly onAppend: OnAppend | undefined;
}

/**
 * Until when another slice has the execution; null when none does. Where one process is all there is of its generation,
 * a lease counts only while its slice is under way: what an earlier life held, or a slice that has ended, is free.
 */
const heldUntil = (
  { lease }: LoadedExecution,
  writer: JournalWriter,
  underWay: ReadonlySet<string>,
): number | null => {
  if (!lease || lease.writerId === writer.writerId) return null;
  const isHere = writer.generation !== null;
  return isHere && !(lease.generation === writer.generation && underWay.has(lease.writerId))
    ? null
    : lease.until;
};

const slice = async (
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

const terminalWorld = ({ stores, ports, poke }: InterpreterWorld): TerminalWorld => ({
  stores,
  poke,
  clock: ports.clock,
});

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
const fail = async (
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

const poisoned = (thrown: unknown): NodeErrorData => {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const message = `The interpreter failed ${POISONED_AFTER} times at the same place. The last time: ${why}`;
  return { code: 'execution.poisoned', message, retryable: false };
};
