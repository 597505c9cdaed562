import type { JournalPort, SegmentEnd } from '../ports.ts';
import type { JournalEvent } from './event.ts';

const OPEN: SegmentEnd = { kind: 'open' };

interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
}

/**
 * Collects events and appends them in segments, one append at a time. A class, as all objects on the path of every execution that
 * have getters: V8 gives each object literal with getters a hidden class of its own, which holds all that the getters see until the
 * next full collection.
 */
export class JournalWriter {
  readonly #journal: JournalPort;
  readonly #onChange: () => void;
  #pending: JournalEvent[] = [];
  #added = 0;
  #onDisk = 0;
  #append: Promise<void> = Promise.resolve();
  #isAppending = false;
  #isLost = false;
  #failure: unknown;
  #waiters: Waiter[] = [];

  /** `onChange` is called when an append has ended and not everything is on disk. */
  constructor(journal: JournalPort, onChange: () => void) {
    this.#journal = journal;
    this.#onChange = onChange;
  }

  /** How many events wait for an append. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** True once another writer was first. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Why an append failed; undefined when none has. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Takes an event and tells its position, from 1. */
  add(event: JournalEvent): number {
    this.#pending.push(event);
    this.#added += 1;
    return this.#added;
  }

  /** Resolves once everything up to the position is on disk; the append begins with the next `flush`. */
  durable(position: number): Promise<void> {
    if (position <= this.#onDisk) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ position, resolve });
    });
  }

  /** Begins an append if somebody waits for one, or if `always`. */
  flush(always = false): void {
    const isWanted = this.#waiters.length > 0 || always;
    const may = !this.#isAppending && !this.#isLost && this.#failure === undefined;
    if (isWanted && may && this.#pending.length > 0) void this.#begin(OPEN);
  }

  /** Appends what there is by now, and waits for nobody to flush it. False when another writer was first. */
  async settle(): Promise<boolean> {
    const goal = this.#added;
    while (this.#onDisk < goal && !this.#isLost && this.#failure === undefined) {
      await (this.#isAppending ? this.#append : this.#begin(OPEN));
    }
    if (this.#failure !== undefined) throw this.#failure;
    return !this.#isLost;
  }

  /** Appends all there is with the given end. False when another writer was first. */
  async close(end: SegmentEnd): Promise<boolean> {
    while (this.#isAppending) await this.#append;
    const may = !this.#isLost && this.#failure === undefined;
    if (may && (this.#pending.length > 0 || end.kind !== 'open')) await this.#begin(end);
    if (this.#failure !== undefined) throw this.#failure;
    return !this.#isLost;
  }

  #begin(end: SegmentEnd): Promise<void> {
    this.#append = this.#write(end);
    return this.#append;
  }

  async #write(end: SegmentEnd): Promise<void> {
    const [segment, last] = [this.#pending, this.#added];
    this.#pending = [];
    this.#isAppending = true;
    try {
      if (await this.#journal.append(segment, end)) this.#onDisk = last;
      else this.#isLost = true;
    } catch (thrown) {
      this.#failure = thrown ?? new Error('The journal could not be appended to.');
    }
    this.#isAppending = false;
    this.#release();
    if (this.#onDisk !== this.#added) this.#onChange();
  }

  #release(): void {
    const reached = this.#waiters.filter(({ position }) => position <= this.#onDisk);
    this.#waiters = this.#waiters.filter(({ position }) => position > this.#onDisk);
    for (const { resolve } of reached) resolve();
  }
}
