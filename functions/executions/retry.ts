import { retryExecution } from '../../shared/contracts/retries.ts';
import { started } from '../../shared/executions/detail.ts';
import { startRetry } from '../../shared/executions/retry.ts';
import { planRetry } from '../../shared/executions/retry-plan.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const retry = defineHandler(
  retryExecution,
  async ({ params, query, body, caller, platform, idOf }) => {
    const answerBy = platform.clock.now() + query.wait * 1_000;
    const old = await ownExecution({ caller, platform }, params.executionId);
    const planned = await planRetry(platform, old.id, body);
    const { id } = await startRetry(platform, old, planned, { id: idOf('exec'), triggeredBy: caller.userId });
    return started(platform, id, answerBy);
  },
);
