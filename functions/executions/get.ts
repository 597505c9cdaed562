import { getExecution } from '../../shared/contracts/executions.ts';
import { detailOf } from '../../shared/executions/detail.ts';
import { waitForEnd } from '../../shared/executions/wait-for-end.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownExecution } from './access.ts';

export const get = defineHandler(getExecution, async ({ params, query, caller, platform }) => {
  const { id } = await ownExecution({ caller, platform }, params.executionId);
  const execution = await waitForEnd(platform, id, platform.clock.now() + query.wait * 1_000);
  return { body: await detailOf(platform, execution) };
});
