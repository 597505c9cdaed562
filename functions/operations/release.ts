import { releaseExecution } from '../../shared/contracts/operations.ts';
import { executionAnswer } from '../../shared/executions/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { openExecution } from './open-execution.ts';

export const release = defineHandler(releaseExecution, async ({ params, platform }) => {
  const { record } = await openExecution(platform, params.executionId);
  await platform.stores.operations.release(record.id);
  await platform.orchestrator.poke(record.id);
  return { body: executionAnswer(record) };
});
