import { listExecutions } from '../../shared/contracts/executions.ts';
import { executionAnswer } from '../../shared/executions/detail.ts';
import { listOf } from '../../shared/executions/list-of.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const list = defineHandler(listExecutions, async ({ query, caller, platform }) => {
  const page = await listOf({ caller, platform }, query);
  return { body: { ...page, data: page.data.map(executionAnswer) } };
});
