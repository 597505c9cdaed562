import { withoutData } from '../../engine/index.ts';
import type { Ended, TerminalWorld } from './duty.ts';

/** How long somebody who waits has to read an answer that is not to be saved. */
const READ_MILLISECONDS = 30_000;

/** Tests are there to be looked at. What is open keeps all that recovery needs; this is about its end. */
export const isUnwanted = ({ record, final, settings }: Ended): boolean => {
  if (record.mode === 'test' || !settings) return false;
  return settings.saveData === 'none' || (settings.saveData === 'errors' && final.status !== 'failed');
};

/** True while a caller or a parent may not have read what came out. */
export const isAwaited = ({ clock }: TerminalWorld, { record, final }: Ended): boolean => {
  const { responseMode, parentExecutionId } = record;
  const hasReader =
    parentExecutionId !== null || responseMode === 'lastNode' || responseMode === 'respondNode';
  return hasReader && clock.now() < final.at + READ_MILLISECONDS;
};

/** Deletes the data of an execution that has ended, with its payloads; what happened when stays. */
export const forgetData = async ({ stores }: TerminalWorld, { record }: Ended): Promise<void> => {
  const { executions } = stores;
  const loaded = await executions.load(record.id);
  if (loaded?.record.isDataKept) await executions.forget(loaded.record, withoutData(loaded.events));
};
