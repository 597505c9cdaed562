import type { Post, WireError } from './wire.ts';

/** A write that may share a transaction with others. */
export interface GroupedWrite {
  readonly kind: 'Put' | 'Update' | 'Delete';
  /** Names the item: a transaction may hold each once. */
  readonly item: string;
  /** The input of the operation, as JSON. */
  readonly body: string;
}

/** Writes that succeed or fail together; nearly always one. */
interface Waiting {
  readonly writes: readonly GroupedWrite[];
  readonly resolve: (answer: object) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  /** DynamoDB takes 100. More than some dozens wait longer for one another than an fsync takes. */
  readonly maxWrites?: number;
  /** Transactions stay small: a large one was seen half applied on a full disk. */
  readonly maxBytes?: number;
}

const MAX_WRITES = 50;
const MAX_BYTES = 256 * 1024;

/**
 * Writes of executions that have nothing to do with one another, committed together: what comes while one transaction is on its
 * way goes with the next. Each still succeeds or fails by its own condition: those that fail are taken out, and the others go again.
 */
export const groupCommits = (
  post: Post,
  { maxWrites = MAX_WRITES, maxBytes = MAX_BYTES }: GroupCommitOptions = {},
): ((writes: readonly GroupedWrite[]) => Promise<object>) => {
  let queue: Waiting[] = [];
  let isBusy = false;

  /** The first of the queue that fit, in order; a second write of an item waits for the first. */
  const takeBatch = (): Waiting[] => {
    const batch: Waiting[] = [];
    const taken = new Set<string>();
    const left: Waiting[] = [];
    let bytes = 0;
    for (const waiting of queue) {
      const { writes } = waiting;
      const size = writes.reduce((sum, { body }) => sum + body.length, 0);
      const fits = taken.size + writes.length <= maxWrites && bytes + size <= maxBytes;
      const mayGo = fits && !writes.some(({ item }) => taken.has(item));
      if (batch.length > 0 && !mayGo) {
        left.push(waiting);
        continue;
      }
      batch.push(waiting);
      for (const { item } of writes) taken.add(item);
      bytes += size;
    }
    queue = left;
    return batch;
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) await commit(takeBatch());
    isBusy = false;
  };

  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    const [only] = batch;
    if (only && batch.length === 1) return alone(only);
    try {
      await post('TransactWriteItems', transaction(batch));
      for (const waiting of batch) waiting.resolve({});
    } catch (error) {
      await refused(batch, error as WireError);
    }
  };

  const refused = async (batch: readonly Waiting[], error: WireError): Promise<void> => {
    const codes = error.CancellationReasons?.map((reason) => reason.Code ?? 'None') ?? [];
    let next = 0;
    const atFault = new Set<Waiting>();
    for (const waiting of batch) {
      const own = codes.slice(next, next + waiting.writes.length);
      if (own.some((code) => code !== 'None')) atFault.add(waiting);
      next += waiting.writes.length;
    }
    if (codes.length === next && atFault.size > 0) {
      // Whoever was not at fault goes again, ahead of what came later.
      queue = [...batch.filter((waiting) => !atFault.has(waiting)), ...queue];
      await Promise.all([...atFault].map(alone));
    } else if (error.isRefusal) {
      // One of them cannot be written at all, and the answer does not say which.
      await Promise.all(batch.map(alone));
    } else {
      // Whether it was committed is not known; each store operation finds out for itself.
      for (const waiting of batch) waiting.reject(error);
    }
  };

  /** By itself it gets the answer, or the error, that it would have got without any group. */
  const alone = async (waiting: Waiting): Promise<void> => {
    const { writes, resolve, reject } = waiting;
    const [only] = writes;
    try {
      const isOne = only && writes.length === 1;
      resolve(
        await (isOne
          ? post(`${only.kind}Item`, only.body)
          : post('TransactWriteItems', transaction([waiting]))),
      );
    } catch (error) {
      reject(error);
    }
  };

  return (writes) =>
    new Promise((resolve, reject) => {
      queue.push({ writes, resolve, reject });
      if (isBusy) return;
      isBusy = true;
      // What else comes in this turn of the loop goes with it.
      setImmediate(() => void drain());
    });
};

const transaction = (batch: readonly Waiting[]): string => {
  const writes = batch.flatMap((waiting) => waiting.writes);
  return `{"TransactItems":[${writes.map(({ kind, body }) => `{"${kind}":${body}}`).join(',')}]}`;
};
