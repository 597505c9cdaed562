import type { SliceOutcome } from '../../engine/index.ts';
import type { Invocation, Machines } from './invocation.ts';

/** What the state machine is to do now. Every member is always there, as its paths must lead somewhere. */
export interface NextStep {
  readonly executionId: string;
  /** The outcome of the slice; `idle` when somebody else looks after the rest, `again` when the store let it down. */
  readonly next: Outcome['kind'] | 'idle';
  /** ISO-8601; now, where there is nothing to wait for. */
  readonly wakeAt: string;
  /** The place in the journal. */
  readonly park: number;
  readonly turns: number;
  /** Name of the Standard execution that goes on from here: the same whoever hands over. */
  readonly name: string;
  /** Who wrote the journal, and lets go of it: the lease is handed on with the execution. */
  readonly writer: string;
  readonly machines: Machines;
  /** Whether a Standard machine goes on as a new execution. */
  readonly renew: boolean;
}

/** `again`: the store could not be reached in the middle of the slice, which has let go of everything. */
export type Outcome = SliceOutcome | { readonly kind: 'again' };

export interface Slice {
  readonly outcome: Outcome;
  readonly writerId: string;
  /** In sequence numbers of the next event: before the slice, and behind it. */
  readonly place: { readonly read: number; readonly now: number };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A turn writes about ten events of history, some thirty when all retries are needed; a history ends at 25,000. */
const TURNS_PER_EXECUTION = 500;
const LOOK_AGAIN_MILLISECONDS = 5_000;

export const nextStep = (invocation: Invocation, slice: Slice): NextStep => {
  const { machine, machines, park = -1, input } = invocation;
  const { outcome, place, writerId } = slice;
  const turns = (invocation.turns ?? 0) + 1;
  const next: NextStep['next'] = isOthers(invocation, outcome) ? 'idle' : outcome.kind;
  const name = `${input.executionId}-${place.now}`;
  const step = {
    executionId: input.executionId,
    next,
    wakeAt: new Date(wakeAt(slice)).toISOString(),
    park: place.now,
    turns,
    writer: writerId,
    machines,
  };
  if (machine === 'standard' && turns % TURNS_PER_EXECUTION === 0) {
    return { ...step, name: `${name}-${turns}`, renew: true };
  }
  // Where no slice of somebody else can mean the same, the name is this slice's own.
  if (next === 'busy') return { ...step, name: `${name}-busy`, renew: false };
  if (next !== 'parked') return { ...step, name: `${name}-${next}-${writerId.slice(0, 8)}`, renew: false };
  // Parked by somebody else, who may have died before the timer was set. Setting it twice is setting it once.
  const isOwn = place.now > place.read || place.now === park;
  return { ...step, name, renew: machine === 'standard' && !isOwn };
};

/** Somebody else looks after what is to come, and the sweep after them. */
const isOthers = ({ machine, retries = 0 }: Invocation, outcome: Outcome): boolean => {
  // Whoever answers the wait wakes the execution.
  if (outcome.kind === 'parked') return outcome.wakeAt === null;
  if (machine === 'standard') return false;
  // A slice under way looks for what came from outside by itself; only the one that died here before us must be awaited.
  return outcome.kind === 'lost' || (outcome.kind === 'busy' && retries === 0);
};

const wakeAt = ({ outcome, now }: Slice): number => {
  if (outcome.kind === 'parked') return outcome.wakeAt ?? now;
  if (outcome.kind === 'busy') return outcome.until;
  return outcome.kind === 'lost' || outcome.kind === 'again' ? now + LOOK_AGAIN_MILLISECONDS : now;
};
