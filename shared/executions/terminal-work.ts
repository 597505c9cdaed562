import type { Definition } from '../../engine/definition.ts';
import type { ExecutionFinished } from '../../engine/interpreter/event.ts';
import type { Clock } from '../../engine/ports.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';
import { startErrorWorkflow } from './error-workflow.ts';
import { forgetData, isAwaited, isUnwanted } from './forget-data.ts';
import { leaveSlot } from './slots.ts';
import { tellParent } from './tell-parent.ts';

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

const DUTIES: readonly Duty[] = [tellParent, startErrorWorkflow, leaveSlot];

/** False for nearly all: their row may be closed with the final event. */
export const owesWork = (ended: Ended): boolean =>
  isUnwanted(ended) || DUTIES.some(({ isOwed }) => isOwed(ended));

/**
 * Does what an end brings about, and only then writes it into the row and takes that out of the index of open executions:
 * whatever is cut short between is found there and done again.
 */
export const doTerminalWork = async (world: TerminalWorld, ended: Ended): Promise<void> => {
  for (const { isOwed, perform } of DUTIES) if (isOwed(ended)) await perform(world, ended);
  if (isUnwanted(ended)) {
    // Whoever waits for the answer reads it first; the sweep comes back to delete it.
    if (isAwaited(world, ended)) return settle(world, ended, { staysOpen: true });
    await forgetData(world, ended);
  }
  await settle(world, ended);
};

/** One that was to end unheard is told of where its parent has begun to wait for that. */
const settle = async (
  world: TerminalWorld,
  ended: Ended,
  options: { readonly staysOpen?: boolean } = {},
): Promise<void> => {
  const { record, final } = ended;
  if (await world.stores.executions.settle(record, final, options)) return;
  if (record.isInline) await doTerminalWork(world, { ...ended, record: { ...record, isInline: null } });
};
