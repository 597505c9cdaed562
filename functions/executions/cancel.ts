import { cancelExecution } from '../../shared/contracts/executions.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const cancel = defineHandler(cancelExecution, async ({ params, caller, platform }) => {
  const execution = await ownExecution({ caller, platform }, params.executionId);
  if (execution.finishedAt !== null) {
    throw new AppError('resource.conflict', `The execution has ended already: ${execution.status}.`);
  }
  await platform.stores.executions
    .putInbox(execution.id, {
      kind: 'cancel',
      waitId: 'cancel',
      at: platform.clock.now(),
      by: caller.userId,
    })
    .catch((error: unknown) => {
      // Somebody has asked before: both get what they want.
      if (!(error instanceof AppError && error.code === 'resource.conflict')) throw error;
    });
  await platform.orchestrator.poke(execution.id);
  return { body: execution };
});
