import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { InboxItem } from '../../engine/ports.ts';
import type { ExecutionRecord } from './execution-record.ts';
import type { StoredSnapshot } from './execution-snapshots.ts';

export interface LoadedExecution {
  readonly record: ExecutionRecord;
  readonly events: readonly JournalEvent[];
  /** Sequence number of the next event. */
  readonly position: number;
  /** Of the newest segment; null before the first and after a slice that let go. */
  readonly lease: {
    readonly writerId: string;
    readonly until: number;
    readonly generation: string | null;
  } | null;
  readonly inbox: readonly InboxItem[];
  /** What the events go on from; null when they are all there are. */
  readonly snapshot: StoredSnapshot | null;
  /** False when all that its end brings about is done. */
  readonly isOpen: boolean;
  /** Null once its row is stored; until then, when the row is to expire (seconds since 1970). */
  readonly unaccepted: { readonly expiresAt: number } | null;
}

/** What the sweep decides by: the row and the newest segment, without its events. */
export interface ExecutionHead {
  readonly record: ExecutionRecord;
  readonly position: number;
  readonly lease: LoadedExecution['lease'];
  readonly isParked: boolean;
  /** When a parked one is due; null: when something comes. */
  readonly wakeAt: number | null;
  /** Something came since it was parked. */
  readonly hasMail: boolean;
}
