import type { Caller } from '../../shared/auth/caller.ts';
import { canWrite, notFound } from '../../shared/auth/visibility.ts';
import type { Platform } from '../../shared/platform.ts';
import type { ExecutionRecord } from '../../shared/store/execution-record.ts';

/** An execution belongs to the owner of its workflow; that a workflow is public shows nobody what it did. */
export const ownExecution = async (
  { caller, platform }: { readonly caller: Caller; readonly platform: Platform },
  executionId: string,
): Promise<ExecutionRecord> => {
  const execution = await platform.stores.executions.get(executionId);
  if (!execution || !canWrite(caller, { createdBy: execution.ownerId })) throw notFound('execution');
  return execution;
};
