import { cancelExecution as contract } from '../../shared/contracts/executions.ts';
import { AppError } from '../../shared/errors.ts';
import { cancelExecution } from '../../shared/executions/cancel.ts';
import { executionAnswer } from '../../shared/executions/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const cancel = defineHandler(contract, async ({ params, caller, platform }) => {
  const execution = await ownExecution({ caller, platform }, params.executionId);
  if (execution.finishedAt !== null) {
    throw new AppError('resource.conflict', `The execution has ended already: ${execution.status}.`);
  }
  await cancelExecution(platform, execution.id, caller.userId);
  return { body: executionAnswer(execution) };
});
