import type { Definition } from '../../engine/definition.ts';
import type { ExecutionFinished } from '../../engine/interpreter/event.ts';
import type { Clock } from '../../engine/ports.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';

/** `writer` has let go of the execution: whoever goes on takes over its lease. */
export type Poke = (executionId: string, writer?: string) => Promise<void>;

export interface TerminalWorld {
  readonly stores: Stores;
  readonly clock: Clock;
  /** Wakes an execution. May be lost: the sweep finds what is open. */
  readonly poke: Poke;
}

/** An execution whose final event is on disk. */
export interface Ended {
  readonly record: ExecutionRecord;
  readonly final: ExecutionFinished;
  /** Of the version it ran; null when that cannot be read any more. */
  readonly settings: Definition['settings'] | null;
}

/** Something the end of an execution brings about. Derived from the final event and idempotent, as a crash repeats it. */
export interface Duty {
  readonly isOwed: (ended: Ended) => boolean;
  readonly perform: (world: TerminalWorld, ended: Ended) => Promise<void>;
}
