import type { Post, WireError } from './wire.ts';

/** A write that may share a transaction with others. */
export interface GroupedWrite {
  readonly kind: 'Put' | 'Update' | 'Delete';
  /** Names the item: a transaction may hold each once. */
  readonly item: string;
  /** The input of the operation, as JSON. */
  readonly body: string;
}

interface Waiting extends GroupedWrite {
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
): ((write: GroupedWrite) => Promise<object>) => {
  let queue: Waiting[] = [];
  let isBusy = false;

  /** The first of the queue that fit, in order; a second write of an item waits for the first. */
  const takeBatch = (): Waiting[] => {
    const batch = new Map<string, Waiting>();
    const left: Waiting[] = [];
    let bytes = 0;
    for (const write of queue) {
      const fits = batch.size === 0 || (batch.size < maxWrites && bytes + write.body.length <= maxBytes);
      if (!fits || batch.has(write.item)) {
        left.push(write);
        continue;
      }
      batch.set(write.item, write);
      bytes += write.body.length;
    }
    queue = left;
    return [...batch.values()];
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
      for (const write of batch) write.resolve({});
    } catch (error) {
      await refused(batch, error as WireError);
    }
  };

  const refused = async (batch: readonly Waiting[], error: WireError): Promise<void> => {
    const codes = error.CancellationReasons?.map((reason) => reason.Code ?? 'None');
    if (codes?.length === batch.length && codes.some((code) => code !== 'None')) {
      // Whoever was not at fault goes again, ahead of what came later.
      queue = [...batch.filter((_, index) => codes[index] === 'None'), ...queue];
      await Promise.all(batch.filter((_, index) => codes[index] !== 'None').map(alone));
    } else if (error.isRefusal) {
      // One of them cannot be written at all, and the answer does not say which.
      await Promise.all(batch.map(alone));
    } else {
      // Whether it was committed is not known; each store operation finds out for itself.
      for (const write of batch) write.reject(error);
    }
  };

  /** By itself it gets the answer, or the error, that it would have got without any group. */
  const alone = async ({ kind, body, resolve, reject }: Waiting): Promise<void> => {
    try {
      resolve(await post(`${kind}Item`, body));
    } catch (error) {
      reject(error);
    }
  };

  return (write) =>
    new Promise((resolve, reject) => {
      queue.push({ ...write, resolve, reject });
      if (isBusy) return;
      isBusy = true;
      // What else comes in this turn of the loop goes with it.
      setImmediate(() => void drain());
    });
};

const transaction = (batch: readonly GroupedWrite[]): string =>
  `{"TransactItems":[${batch.map(({ kind, body }) => `{"${kind}":${body}}`).join(',')}]}`;
