import type { JournalPort, SegmentEnd } from '../ports.ts';
import type { JournalEvent } from './event.ts';

/** Collects events and appends them in segments, one append at a time. */
export interface JournalWriter {
  /** Takes an event and tells its position, from 1. */
  add(event: JournalEvent): number;
  /** Resolves once everything up to the position is on disk; the append begins with the next `flush`. */
  durable(position: number): Promise<void>;
  /** Begins an append if somebody waits for one, or if `always`. */
  flush(always?: boolean): void;
  /** Appends all there is with the given end. False when another writer was first. */
  close(end: SegmentEnd): Promise<boolean>;
  readonly waiting: number;
  readonly isLost: boolean;
  readonly failure: unknown;
}

const OPEN: SegmentEnd = { kind: 'open' };

/** `onChange` is called when an append has ended, well or not. */
export const makeJournalWriter = (journal: JournalPort, onChange: () => void): JournalWriter => {
  let pending: JournalEvent[] = [];
  let added = 0;
  let onDisk = 0;
  let append: Promise<void> | null = null;
  let isLost = false;
  let failure: unknown;
  let waiters: { position: number; resolve: () => void }[] = [];

  const begin = (end: SegmentEnd): Promise<void> => {
    const [segment, last] = [pending, added];
    pending = [];
    append = journal
      .append(segment, end)
      .then((accepted) => {
        if (!accepted) isLost = true;
        else onDisk = last;
      })
      .catch((thrown: unknown) => {
        failure = thrown ?? new Error('The journal could not be appended to.');
      })
      .finally(() => {
        append = null;
        const reached = waiters.filter((waiter) => waiter.position <= onDisk);
        waiters = waiters.filter((waiter) => waiter.position > onDisk);
        for (const waiter of reached) waiter.resolve();
        onChange();
      });
    return append;
  };

  return {
    add: (event) => {
      pending.push(event);
      added += 1;
      return added;
    },
    durable: (position) =>
      position <= onDisk
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.push({ position, resolve });
          }),
    flush: (always = false) => {
      const wanted = waiters.length > 0 || always;
      if (wanted && !append && !isLost && failure === undefined && pending.length > 0) void begin(OPEN);
    },
    close: async (end) => {
      while (append) await append;
      if (!isLost && failure === undefined && (pending.length > 0 || end.kind !== 'open')) await begin(end);
      if (failure !== undefined) throw failure;
      return !isLost;
    },
    get waiting() {
      return pending.length;
    },
    get isLost() {
      return isLost;
    },
    get failure() {
      return failure;
    },
  };
};
