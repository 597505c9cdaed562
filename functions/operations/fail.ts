import { notFound } from '../../shared/auth/visibility.ts';
import { failOpenExecution } from '../../shared/contracts/operations.ts';
import { AppError } from '../../shared/errors.ts';
import { executionAnswer } from '../../shared/executions/detail.ts';
import { failExecution } from '../../shared/executions/fail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { openExecution } from './open-execution.ts';

export const fail = defineHandler(failOpenExecution, async ({ params, body, platform }) => {
  const { stores, clock, orchestrator } = platform;
  const loaded = await openExecution(platform, params.executionId);
  const error = { code: 'execution.ended', message: body.reason, retryable: false };
  const world = { stores, clock, poke: (id: string) => orchestrator.poke(id) };
  if (!(await failExecution(world, loaded, error)))
    throw new AppError('resource.conflict', 'An interpreter is at work on it. Cancel it, or try again.');
  const record = await stores.executions.get(loaded.record.id);
  if (!record) throw notFound('execution');
  return { body: executionAnswer(record) };
});
