import type { SliceOutcome } from '../../engine/index.ts';
import { MAX_TIMER_MILLISECONDS } from '../../shared/adapters/system.ts';
import type { Answer } from '../../shared/executions/answer.ts';
import type { IdentifiedExecution, Orchestrator } from '../../shared/executions/orchestrator.ts';
import { WorkerLost, type WorkerPool } from './worker-pool.ts';

export interface LocalOrchestratorOptions {
  readonly pool: WorkerPool;
  /** Runs one execution at a time: what is suspected of bringing its interpreter down harms nobody else there. */
  readonly quarantine: WorkerPool;
  /** Fails an execution that brought its interpreter down again and again. */
  readonly poison: (executionId: string, times: number) => Promise<void>;
  readonly now: () => number;
  readonly log: (entry: object) => void;
}

export interface LocalOrchestrator extends Orchestrator {
  /** True for what runs or has a timer: nobody need wake it. */
  knows(executionId: string): boolean;
  /** Sets the timer of a sleeper, in milliseconds since 1970. */
  wakeAt(executionId: string, at: number): void;
  /** A child runs in the slice of its parent, or does not any more: meanwhile nobody else runs it. */
  inline(executionId: string, isUnderWay: boolean): void;
  stop(): void;
}

/** Interpreters an execution may take down before it is failed, and before it runs alone. */
const POISONED_AFTER = 5;
const QUARANTINED_AFTER = 2;
const RETRY_MILLISECONDS = 1_000;
const MAX_RETRY_MILLISECONDS = 30_000;

interface Active {
  /** Woken while it ran: something may have come after its last look. */
  again: boolean;
  readonly ended: Promise<void>;
  end(): void;
}

/** Starts, wakes and continues executions on this machine. What it forgets in a crash, recovery finds in the store. */
export const makeOrchestrator = (options: LocalOrchestratorOptions): LocalOrchestrator => {
  const active = new Map<string, Active>();
  const timers = new Map<string, NodeJS.Timeout>();
  const waiters = new Map<string, Set<() => void>>();
  const losses = new Map<string, number>();
  const failures = new Map<string, number>();
  /** Children that run in the slices of their parents, and whether they were woken meanwhile. */
  const inline = new Map<string, { again: boolean }>();
  let stopped = false;

  const wakeAt = (executionId: string, at: number): void => {
    clearTimeout(timers.get(executionId));
    const delay = Math.min(Math.max(at - options.now(), 0), MAX_TIMER_MILLISECONDS);
    const timer = setTimeout(() => start(executionId), delay);
    timers.set(executionId, timer);
  };

  const settle = (executionId: string): void => {
    for (const end of [...(waiters.get(executionId) ?? [])]) end();
  };

  const start = (executionId: string): void => {
    if (stopped) return;
    const running = active.get(executionId) ?? inline.get(executionId);
    if (running) {
      running.again = true;
      options.pool.deliver(executionId);
      options.quarantine.deliver(executionId);
      return;
    }
    clearTimeout(timers.get(executionId));
    timers.delete(executionId);
    const entry = enter(executionId);
    void drive(executionId, entry).finally(() => leave(executionId, entry));
  };

  const enter = (executionId: string): Active => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const entry = { again: false, ended, end };
    active.set(executionId, entry);
    return entry;
  };

  const leave = (executionId: string, entry: Active): void => {
    active.delete(executionId);
    entry.end();
    if (entry.again) start(executionId);
  };

  /** Slices, one after the other, until there is nothing to do now. */
  const drive = async (executionId: string, entry: Active): Promise<void> => {
    while (!stopped) {
      entry.again = false;
      const outcome = await slice(executionId);
      if (outcome === null || !after[outcome.kind](executionId, outcome)) return;
    }
  };

  /** One slice; null when it could not be run and will be tried again later. */
  const slice = async (executionId: string): Promise<SliceOutcome | null> => {
    const suspect = (losses.get(executionId) ?? 0) >= QUARANTINED_AFTER;
    try {
      const outcome = await (suspect ? options.quarantine : options.pool).run(
        executionId,
        waiters.has(executionId),
      );
      losses.delete(executionId);
      failures.delete(executionId);
      return outcome;
    } catch (error) {
      if (stopped) return null;
      return error instanceof WorkerLost ? await lost(executionId) : retryLater(executionId, error);
    }
  };

  /** The first slice of what is not accepted. One that could not be run is nobody's: whoever asked accepts it then. */
  const first = async (execution: IdentifiedExecution): Promise<Answer | null> => {
    const { id } = execution;
    const entry = enter(id);
    try {
      const { outcome, answer } = await options.pool.begin(execution);
      if (answer === null) return null;
      entry.again ||= after[outcome.kind](id, outcome);
      return outcome.kind === 'continue' ? null : answer;
    } catch (error) {
      if (error instanceof WorkerLost) losses.set(id, (losses.get(id) ?? 0) + 1);
      else options.log({ level: 'error', message: 'slice failed', executionId: id, error: String(error) });
      return null;
    } finally {
      leave(id, entry);
    }
  };

  const lost = async (executionId: string): Promise<SliceOutcome | null> => {
    const count = (losses.get(executionId) ?? 0) + 1;
    losses.set(executionId, count);
    if (count < POISONED_AFTER) return { kind: 'continue' };
    options.log({ level: 'error', message: 'execution poisoned', executionId });
    try {
      await options.poison(executionId, count);
      losses.delete(executionId);
      settle(executionId);
      return null;
    } catch (error) {
      return retryLater(executionId, error);
    }
  };

  const retryLater = (executionId: string, error: unknown): null => {
    const count = failures.get(executionId) ?? 0;
    failures.set(executionId, count + 1);
    options.log({ level: 'error', message: 'slice failed', executionId, error: String(error) });
    wakeAt(executionId, options.now() + Math.min(RETRY_MILLISECONDS * 2 ** count, MAX_RETRY_MILLISECONDS));
    return null;
  };

  /** What follows an outcome; true: another slice, at once. */
  const after: {
    readonly [Kind in SliceOutcome['kind']]: (executionId: string, outcome: SliceOutcome) => boolean;
  } = {
    done: (executionId) => {
      settle(executionId);
      return false;
    },
    responded: (executionId) => {
      settle(executionId);
      return true;
    },
    parked: (executionId, outcome) => {
      settle(executionId);
      if (outcome.kind === 'parked' && outcome.wakeAt !== null) wakeAt(executionId, outcome.wakeAt);
      return false;
    },
    continue: () => true,
    busy: (executionId, outcome) => {
      if (outcome.kind === 'busy') wakeAt(executionId, outcome.until);
      return false;
    },
    // Another writer was first; whoever it is goes on, and the sweep looks after both.
    lost: (executionId) => {
      wakeAt(executionId, options.now() + RETRY_MILLISECONDS);
      return false;
    },
  };

  return {
    poke: async (executionId) => start(executionId),
    run: (executionId, answerBy) => {
      if (stopped) return Promise.resolve();
      return new Promise((resolve) => {
        const waiting = waiters.get(executionId) ?? new Set();
        waiters.set(executionId, waiting);
        const end = () => {
          clearTimeout(timer);
          waiting.delete(end);
          if (waiting.size === 0) waiters.delete(executionId);
          resolve();
        };
        const timer = setTimeout(end, Math.max(answerBy - options.now(), 0));
        waiting.add(end);
        start(executionId);
      });
    },
    begin: (execution, answerBy) => {
      const { id } = execution;
      if (stopped) return Promise.resolve(null);
      const running = active.get(id);
      // A repeat of a delivery while the first is under way waits for that one.
      const answer = running ? running.ended.then(() => null) : first(execution);
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(null), Math.max(answerBy - options.now(), 0));
        void answer.then((known) => {
          clearTimeout(timer);
          resolve(known);
        });
      });
    },
    wakeAt: (executionId, at) => {
      if (!stopped && !active.has(executionId)) wakeAt(executionId, at);
    },
    inline: (executionId, isUnderWay) => {
      const before = inline.get(executionId);
      inline.delete(executionId);
      if (isUnderWay) inline.set(executionId, before ?? { again: false });
      else if (before?.again) start(executionId);
    },
    knows: (executionId) => active.has(executionId) || inline.has(executionId) || timers.has(executionId),
    stop: () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      for (const executionId of [...waiters.keys()]) settle(executionId);
    },
  };
};
