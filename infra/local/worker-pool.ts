import { Worker } from 'node:worker_threads';
import type { SliceOutcome } from '../../engine/index.ts';
import type { Begun } from '../../shared/executions/interpret.ts';
import type { IdentifiedExecution } from '../../shared/executions/orchestrator.ts';
import { inBatches } from './in-batches.ts';
import type { ItemName } from './row-cache.ts';

/** What the pool asks of a worker. */
export interface RunMessage {
  readonly job: number;
  readonly executionId: string;
  /** Somebody waits for the answer. */
  readonly waiting: boolean;
  /** The execution as JSON, when it is not accepted: text crosses between threads faster than objects do. */
  readonly execution: string | null;
}

/** Something has come to the inbox of an execution that has a slice under way. */
export interface MailMessage {
  readonly mailFor: string;
}

/** What a worker tells. Silence for too long means it hangs. Jobs and results travel several in one message: a message costs more than what is in it. */
export type WorkerMessage =
  | { readonly kind: 'alive' }
  /** It may have changed these items: what is kept of them elsewhere is old. */
  | { readonly kind: 'wrote'; readonly items: readonly ItemName[] }
  /** Another execution has something to do now. */
  | { readonly kind: 'poke'; readonly executionId: string }
  /** Another execution runs in a slice of this worker, or does not any more. */
  | { readonly kind: 'inline'; readonly executionId: string; readonly isUnderWay: boolean }
  | { readonly kind: 'results'; readonly results: readonly JobResult[] };

/** `begun` is JSON, for the same reason. */
export type JobResult =
  | { readonly job: number; readonly begun: string }
  | { readonly job: number; readonly error: string };

export interface WorkerPoolOptions {
  readonly script: URL;
  readonly workerData: (generation: string) => unknown;
  /** Makes the id of a worker's life: leases of an earlier one are void. */
  readonly generation: () => string;
  readonly size: number;
  /** Slices a worker has under way at once; the rest queue. */
  readonly slots: number;
  readonly heapMebibytes: number;
  /** Milliseconds without a sign of life after which a worker is replaced. */
  readonly hungAfter: number;
  readonly poke: (executionId: string) => void;
  /** A child runs in the slice of its parent: it is not to be run elsewhere. Also told of those that a lost worker has left. */
  readonly inline: (executionId: string, isUnderWay: boolean) => void;
  /** A worker may have changed these items; one that is lost, any. */
  readonly wrote: (items: readonly ItemName[] | 'any') => void;
  readonly log: (entry: object) => void;
}

export interface WorkerPool {
  /** Rejects with WorkerLost when the worker died or hung, with another error when the slice could not be run. */
  run(executionId: string, waiting: boolean): Promise<SliceOutcome>;
  /** The first slice of an execution that is not accepted, for somebody who waits. Rejects like `run`. */
  begin(execution: IdentifiedExecution): Promise<Begun>;
  /** Tells the slice of an execution, if there is one under way, that something has come to its inbox. */
  deliver(executionId: string): void;
  close(): Promise<void>;
}

export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

type Task = Omit<RunMessage, 'job'>;

interface Job {
  readonly task: Task;
  readonly resolve: (begun: Begun) => void;
  readonly reject: (error: Error) => void;
}

interface Seat {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
  /** Children that run in the slices of others. */
  readonly inline: Set<string>;
  readonly outbox: (message: RunMessage | MailMessage) => void;
  /** Ticks since the last message. Ticks and not time: a machine that slept has not made anybody hang. */
  silence: number;
  spoke: boolean;
}

/** A worker may need this many times as long for its first word: it loads the engine. */
const START_FACTOR = 3;
const TICKS = 5;
/** Three semi-spaces; with more, a busy thread takes more memory and hardly less time. */
const YOUNG_GENERATION_MEBIBYTES = 12;

/** Interpreters in worker threads. One that dies or falls silent is replaced, and those who waited for it are told. */
export const makeWorkerPool = (options: WorkerPoolOptions): WorkerPool => {
  const seats = new Set<Seat>();
  const queue: Job[] = [];
  let nextJob = 0;
  let failedStarts = 0;
  let closed = false;

  const seat = (): void => {
    const worker = new Worker(options.script, {
      workerData: options.workerData(options.generation()),
      resourceLimits: {
        maxOldGenerationSizeMb: options.heapMebibytes,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MEBIBYTES,
      },
    });
    const outbox = inBatches<RunMessage | MailMessage>((messages) => worker.postMessage(messages));
    const made: Seat = { worker, jobs: new Map(), inline: new Set(), outbox, silence: 0, spoke: false };
    seats.add(made);
    worker.on('message', (message: WorkerMessage) => {
      made.silence = 0;
      made.spoke = true;
      failedStarts = 0;
      if (message.kind === 'wrote') options.wrote(message.items);
      else if (message.kind === 'poke') options.poke(message.executionId);
      else if (message.kind === 'inline') note(made, message);
      else if (message.kind === 'results') finish(made, message.results);
    });
    worker.on('error', (error) => lose(made, error.message));
    worker.on('exit', () => lose(made, 'it ended'));
  };

  const note = (
    { inline }: Seat,
    { executionId, isUnderWay }: Extract<WorkerMessage, { kind: 'inline' }>,
  ): void => {
    if (isUnderWay) inline.add(executionId);
    else inline.delete(executionId);
    options.inline(executionId, isUnderWay);
  };

  const finish = (from: Seat, results: readonly JobResult[]): void => {
    for (const result of results) {
      const job = from.jobs.get(result.job);
      from.jobs.delete(result.job);
      if ('begun' in result) job?.resolve(JSON.parse(result.begun));
      else job?.reject(new Error(result.error));
    }
    dispatch();
  };

  const lose = (lost: Seat, why: string): void => {
    if (!seats.delete(lost) || closed) return;
    options.wrote('any');
    options.log({ level: 'error', message: 'interpreter replaced', why, executions: lost.jobs.size });
    void lost.worker.terminate();
    // One that cannot even start would otherwise be replaced without end.
    failedStarts = lost.spoke ? 0 : failedStarts + 1;
    setTimeout(replace, failedStarts === 0 ? 0 : Math.min(100 * 2 ** failedStarts, 5_000));
    for (const executionId of lost.inline) options.inline(executionId, false);
    for (const job of lost.jobs.values()) job.reject(new WorkerLost(`The interpreter was lost: ${why}.`));
  };

  const replace = (): void => {
    if (closed || seats.size >= options.size) return;
    seat();
    dispatch();
  };

  const dispatch = (): void => {
    while (queue.length > 0) {
      const free = [...seats].reduce<Seat | null>(
        (best, each) => (best === null || each.jobs.size < best.jobs.size ? each : best),
        null,
      );
      if (free === null || free.jobs.size >= options.slots) return;
      const job = queue.shift();
      if (!job) return;
      nextJob += 1;
      free.jobs.set(nextJob, job);
      free.outbox({ job: nextJob, ...job.task });
    }
  };

  const watch = setInterval(() => {
    for (const each of seats) {
      each.silence += 1;
      if (each.silence > TICKS * (each.spoke ? 1 : START_FACTOR)) lose(each, 'it gave no sign of life');
    }
  }, options.hungAfter / TICKS);
  watch.unref();

  for (let each = 0; each < options.size; each += 1) seat();

  const perform = (task: Task): Promise<Begun> =>
    new Promise((resolve, reject) => {
      queue.push({ task, resolve, reject });
      dispatch();
    });

  return {
    run: async (executionId, waiting) => (await perform({ executionId, waiting, execution: null })).outcome,
    begin: (execution) =>
      perform({ executionId: execution.id, waiting: true, execution: JSON.stringify(execution) }),
    deliver: (executionId) => {
      for (const { jobs, outbox } of seats)
        if ([...jobs.values()].some(({ task }) => task.executionId === executionId))
          outbox({ mailFor: executionId });
    },
    close: async () => {
      closed = true;
      clearInterval(watch);
      await Promise.all([...seats].map((each) => each.worker.terminate()));
    },
  };
};

/** A pool that is made when it is first needed. */
export const lazyPool = (make: () => WorkerPool): WorkerPool => {
  let made: WorkerPool | undefined;
  const pool = (): WorkerPool => {
    made ??= make();
    return made;
  };
  return {
    run: (executionId, waiting) => pool().run(executionId, waiting),
    begin: (execution) => pool().begin(execution),
    deliver: (executionId) => made?.deliver(executionId),
    close: async () => made?.close(),
  };
};
