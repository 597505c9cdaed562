import { withoutData } from '../../engine/index.ts';
import type { Ended, TerminalWorld } from './duty.ts';

/** How long somebody who waits has to read an answer that is not to be saved. */
const READ_MILLISECONDS = 30_000;
/** How long a parent has whose interpreter was lost at this moment, or which is held up by other things. */
const PARENT_MILLISECONDS = 3_600_000;

/** Tests are there to be looked at. What is open keeps all that recovery needs; this is about its end. */
export const isUnwanted = ({ record, final, settings }: Ended): boolean => {
  if (record.mode === 'test' || !settings) return false;
  return settings.saveData === 'none' || (settings.saveData === 'errors' && final.status !== 'failed');
};

/** True while a caller or a parent may not have read what came out. */
export const isAwaited = async (
  { stores, clock }: Pick<TerminalWorld, 'stores' | 'clock'>,
  { record, final }: Ended,
): Promise<boolean> => {
  const { responseMode, parentExecutionId } = record;
  const age = clock.now() - final.at;
  if (parentExecutionId === null) {
    const hasReader = responseMode === 'lastNode' || responseMode === 'respondNode';
    return hasReader && age < READ_MILLISECONDS;
  }
  if (age < READ_MILLISECONDS) return true;
  if (age >= PARENT_MILLISECONDS) return false;
  const parent = await stores.executions.get(parentExecutionId);
  return parent?.finishedAt === null;
};

/**
 * Deletes the data of an execution that has ended, with its payloads; what happened when stays. Done again where it was cut short,
 * also behind the row, which says that the data is gone before the last of it is.
 */
export const forgetData = async ({ stores }: TerminalWorld, { record }: Ended): Promise<void> => {
  const { executions } = stores;
  const loaded = await executions.load(record.id);
  if (loaded) await executions.forget(loaded.record, withoutData(loaded.events));
};
