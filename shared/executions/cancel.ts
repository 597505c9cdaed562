import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';

/** Asks an execution to stop at its next node boundary. Asking twice is asking once. */
export const cancelExecution = async (
  { stores, clock, orchestrator }: Platform,
  executionId: string,
  by: string,
): Promise<void> => {
  try {
    await stores.executions.putInbox(executionId, { kind: 'cancel', waitId: 'cancel', at: clock.now(), by });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'resource.conflict')) throw error;
  }
  await orchestrator.poke(executionId);
};
