import { deleteExecution } from '../../shared/contracts/executions.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const remove = defineHandler(deleteExecution, async ({ params, caller, platform }) => {
  const execution = await ownExecution({ caller, platform }, params.executionId);
  if (execution.finishedAt === null) {
    throw new AppError('resource.conflict', 'The execution has not ended. Cancel it first.');
  }
  await platform.stores.executions.remove(execution.id);
  return undefined;
});
