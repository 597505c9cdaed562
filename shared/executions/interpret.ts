import { NodeError, type NodeErrorData } from '../../engine/errors.ts';
import { type SliceOutcome, SNAPSHOT_SCHEMA } from '../../engine/index.ts';
import { endIn } from '../../engine/interpreter/end-in.ts';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import { AppError } from '../errors.ts';
import type { NewExecution } from '../store/execution-record.ts';
import type { JournalWriter, LoadedExecution } from '../store/executions.ts';
import { type Answer, answerOf } from './answer.ts';
import { type InlineChildren, inlineChildren } from './inline-child.ts';
import { type InterpreterWorld, type SliceOptions, terminalWorld } from './interpreter-world.ts';
import { settingsOf } from './own-definition.ts';
import { makePlanCache } from './plan-cache.ts';
import { fail, runLoaded } from './run-loaded.ts';
import type { OnAppend } from './slice-journal.ts';
import { doTerminalWork } from './terminal-work.ts';

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
      const outcome = await runLoaded(world, plans, loaded, options, { runChild, onAppend });
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

const poisoned = (thrown: unknown): NodeErrorData => {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const message = `The interpreter failed ${POISONED_AFTER} times at the same place. The last time: ${why}`;
  return { code: 'execution.poisoned', message, retryable: false };
};
