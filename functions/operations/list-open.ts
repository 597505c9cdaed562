import { listOpenExecutions } from '../../shared/contracts/operations.ts';
import { executionAnswer } from '../../shared/executions/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const listOpen = defineHandler(listOpenExecutions, async ({ query, caller, platform }) => {
  const page = await platform.stores.executions.listOpenPage({ ...query, caller: caller.userId });
  return { body: { ...page, data: page.data.map(executionAnswer) } };
});
