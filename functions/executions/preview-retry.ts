import { previewRetry as contract } from '../../shared/contracts/retries.ts';
import { planRetry } from '../../shared/executions/retry-plan.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const previewRetry = defineHandler(contract, async ({ params, body, caller, platform }) => {
  const { id } = await ownExecution({ caller, platform }, params.executionId);
  return { body: (await planRetry(platform, id, body)).preview };
});
