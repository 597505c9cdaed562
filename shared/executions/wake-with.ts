import type { InboxItem } from '../../engine/ports.ts';
import { unlessThere } from '../unless.ts';
import type { TerminalWorld } from './duty.ts';

/** Puts something into the inbox of an execution, unless it is there, and wakes it. */
export const wakeWith = async (
  { stores, poke }: Pick<TerminalWorld, 'stores' | 'poke'>,
  executionId: string,
  item: InboxItem,
): Promise<void> => {
  await stores.executions.putInbox(executionId, item).catch(unlessThere);
  await poke(executionId);
};

/** Asks an execution to stop at its next node boundary. Asking twice is asking once. */
export const askToStop = (world: TerminalWorld, executionId: string, by: string): Promise<void> =>
  wakeWith(world, executionId, { kind: 'cancel', waitId: 'cancel', at: world.clock.now(), by });
