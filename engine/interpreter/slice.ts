import type { Plan } from '../compile/plan.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import type { EnginePorts, InboxItem, JournalPort } from '../ports.ts';
import type { ExecutionFinished, JournalEvent } from './event.ts';

/** One invocation of the interpreter. Times are milliseconds since 1970. */
export interface Slice {
  readonly executionId: string;
  readonly plan: Plan;
  /** The journal as far as it was read; empty for a new execution. */
  readonly events: readonly JournalEvent[];
  /** The state that the events go on from, of this engine's `SNAPSHOT_SCHEMA`. */
  readonly snapshot?: Json;
  /** The inbox read together with them; asked for when missing. */
  readonly inbox?: readonly InboxItem[];
  readonly trigger: { readonly nodeId: string; readonly items: readonly Item[] };
  readonly mode: 'production' | 'test';
  /** In the execution of a map's body: which items of the map's input it was given, and what it knows of the parent. */
  readonly body?: { readonly positions: readonly number[]; readonly base: Json };
  readonly context: SliceContext;
  readonly ports: EnginePorts;
  readonly journal: JournalPort;
  /** From then on nothing new is begun. */
  readonly deadline: number;
  /** When what is under way then is let go; `LET_GO_MILLISECONDS` after the deadline when not said. */
  readonly letGoAt?: number;
  /** True from when on nothing new is begun, if that is before the deadline. */
  readonly isHurried?: () => boolean;
  /** What has to wait for longer is parked; 5 s when not said. */
  readonly longestSleepMilliseconds?: number;
  /** Somebody waits for the answer: the slice ends as soon as that is on disk. */
  readonly waitingCaller: boolean;
  /** Aborted when the host must stop now. */
  readonly signal: AbortSignal;
  /** Where it is missing, the inbox is looked at now and then. */
  readonly mail?: Mail;
}

/** Tells a slice of what comes to its inbox, where the host hears of all of it. */
export interface Mail {
  /** Something has come since it was last taken. */
  hasCome(): boolean;
  /** The inbox is about to be read. */
  take(): void;
  /** Has `ring` called whenever something comes. */
  onCome(ring: () => void): void;
}

interface SliceContext {
  readonly workflow: { readonly id: string; readonly name: string };
  readonly vars: JsonObject;
  /** Texts that are taken out of whatever nodes return or throw. */
  readonly secretVars: Readonly<Record<string, string>>;
  readonly timezone: string;
}

export type SliceOutcome =
  | { readonly kind: 'done'; readonly status: ExecutionFinished['status'] }
  /** The answer is on disk and more is to do: another slice goes on. */
  | { readonly kind: 'responded' }
  /** Nothing to do until then; null: until somebody says so. */
  | { readonly kind: 'parked'; readonly wakeAt: number | null }
  /** Out of time: another slice goes on. */
  | { readonly kind: 'continue' }
  /** Not now: the journal was written by a later release. */
  | { readonly kind: 'busy'; readonly until: number }
  /** Another interpreter was first; it has the execution now. */
  | { readonly kind: 'lost' };

export const LET_GO_MILLISECONDS = 2_000;
