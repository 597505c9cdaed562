import { Worker } from 'node:worker_threads';
import { NodeError } from '../../engine/errors.ts';
import { hostLimit, outOfTime } from '../../engine/nodes/code/errors.ts';
import type { SandboxPort, SandboxProgram, SandboxReport } from '../../engine/ports.ts';
import type { ThreadMessage } from './sandbox-thread.ts';

interface SandboxPoolOptions {
  /** What a thread runs: something that calls `runSandboxThread`. */
  readonly script: URL;
  /** Threads at most. Each takes one program at a time. */
  readonly size: number;
}

export interface SandboxPool extends SandboxPort {
  /** Makes a thread ready, for a first program that should not wait for it. */
  warm(): void;
  close(): Promise<void>;
}

interface Job {
  readonly program: SandboxProgram;
  readonly queuedAt: number;
  settle(report: SandboxReport): void;
  reject(reason: unknown): void;
}

interface Seat {
  readonly worker: Worker;
  isReady: boolean;
  job: Job | null;
  /** While it works: when it is ended. While it does not: when it is not kept any longer. */
  timer: NodeJS.Timeout | undefined;
}

/** QuickJS stops itself at the limit; this much later its thread is ended. */
const KILL_AFTER_MILLISECONDS = 100;
/** Texts in and out, beside QuickJS's own memory, which is not counted here. */
const HEAP_MEBIBYTES = 192;
/** The thread's stack holds QuickJS's frames as well. */
const STACK_MEBIBYTES = 4;
/** A program that waits longer than this gets a thread of its own: the ones there are have something long to do. */
const PATIENCE_MILLISECONDS = 25;
/** A thread beyond the first goes when it had nothing to do for so long. */
const IDLE_MILLISECONDS = 30_000;
/** Threads that cannot even start, one after the other, before programs are refused. */
const MAX_FAILED_STARTS = 3;

/**
 * Sandboxes in threads that can be ended from outside, whatever the code in them does. A thread that was ended is replaced;
 * one is always kept ready once there has been a first program.
 */
export const makeSandboxPool = ({ script, size }: SandboxPoolOptions): SandboxPool => {
  const seats = new Set<Seat>();
  const queue: Job[] = [];
  let failedStarts = 0;
  let impatience: NodeJS.Timeout | undefined;
  let isClosed = false;

  const seat = (): void => {
    const worker = new Worker(script, {
      env: {},
      execArgv: [],
      // What QuickJS has to say when it breaks off is reported as well.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES, stackSizeMb: STACK_MEBIBYTES },
    });
    // A sandbox that has nothing to do keeps nobody alive.
    worker.unref();
    const made: Seat = { worker, isReady: false, job: null, timer: undefined };
    seats.add(made);
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') {
        made.isReady = true;
        failedStarts = 0;
        free(made);
      } else {
        const { job } = made;
        free(made);
        job?.settle(message.report);
      }
      dispatch();
    });
    worker.on('error', (error) => lose(made, error));
    worker.on('exit', () => lose(made, null));
  };

  const free = (from: Seat): void => {
    clearTimeout(from.timer);
    from.job = null;
    from.worker.unref();
    from.timer = setTimeout(() => {
      if (seats.size > 1 && seats.delete(from)) void from.worker.terminate();
    }, IDLE_MILLISECONDS);
    from.timer.unref();
  };

  const lose = (lost: Seat, error: unknown): void => {
    if (!seats.delete(lost)) return;
    const { job } = lost;
    clearTimeout(lost.timer);
    void lost.worker.terminate();
    if (!lost.isReady) failedStarts += 1;
    // A thread whose heap is full ends with an error: that, too, was the code's doing.
    job?.settle({ lines: [], error: hostLimit(error) });
    if (failedStarts >= MAX_FAILED_STARTS) refuseAll(error);
    else if (!isClosed) seat();
    dispatch();
  };

  const refuseAll = (cause: unknown): void => {
    failedStarts = 0;
    for (const job of queue.splice(0))
      job.reject(
        new NodeError('code.unavailable', 'The sandbox cannot be started.', { retryable: true, cause }),
      );
  };

  const begin = (on: Seat, job: Job): void => {
    clearTimeout(on.timer);
    on.job = job;
    on.worker.ref();
    on.worker.postMessage(job.program);
    on.timer = setTimeout(() => {
      on.job = null;
      lose(on, null);
      job.settle({ lines: [], error: outOfTime(job.program.milliseconds) });
    }, job.program.milliseconds + KILL_AFTER_MILLISECONDS);
  };

  const dispatch = (): void => {
    while (queue.length > 0) {
      const idle = [...seats].find((each) => each.isReady && each.job === null);
      const job = idle && queue.shift();
      if (!idle || !job) {
        if (seats.size === 0) grow();
        else impatience ??= setTimeout(grow, PATIENCE_MILLISECONDS);
        return;
      }
      begin(idle, job);
    }
  };

  const grow = (): void => {
    clearTimeout(impatience);
    impatience = undefined;
    const isComing = [...seats].some((each) => !each.isReady);
    if (isClosed || queue.length === 0 || seats.size >= size) return;
    const waited = performance.now() - (queue[0]?.queuedAt ?? 0);
    if (seats.size === 0 || (waited >= PATIENCE_MILLISECONDS && !isComing)) seat();
    dispatch();
  };

  const cancel = (job: Job): void => {
    const waiting = queue.indexOf(job);
    if (waiting >= 0) queue.splice(waiting, 1);
    for (const each of seats) {
      if (each.job !== job) continue;
      each.job = null;
      lose(each, null);
    }
  };

  return {
    warm: () => {
      if (seats.size === 0 && !isClosed) seat();
    },
    run: (program, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const abort = () => {
          cancel(job);
          reject(signal.reason);
        };
        const end = () => signal.removeEventListener('abort', abort);
        const job: Job = {
          program,
          queuedAt: performance.now(),
          settle: (report) => {
            end();
            resolve(report);
          },
          reject: (reason) => {
            end();
            reject(reason);
          },
        };
        signal.addEventListener('abort', abort, { once: true });
        queue.push(job);
        dispatch();
      }),
    close: async () => {
      isClosed = true;
      clearTimeout(impatience);
      const threads = [...seats].map((each) => each.worker);
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
};
