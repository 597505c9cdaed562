import type { Duty, Ended, TerminalWorld } from './duty.ts';
import { startErrorWorkflow } from './error-workflow.ts';
import { forgetData, isAwaited, isUnwanted } from './forget-data.ts';
import { leaveSlot } from './slots.ts';
import { tellParent } from './tell-parent.ts';

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
    if (await isAwaited(world, ended)) return settle(world, ended, { staysOpen: true });
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
