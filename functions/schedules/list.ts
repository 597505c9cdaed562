import { canWrite, notFound } from '../../shared/auth/visibility.ts';
import { listSchedules } from '../../shared/contracts/schedules.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { viewOf } from './access.ts';

export const list = defineHandler(listSchedules, async ({ query, caller, platform }) => {
  const { workflowId, ...page } = query;
  const { schedules, workflows } = platform.stores;
  const asked = { ...page, caller: caller.userId };
  if (workflowId !== undefined) {
    const workflow = await workflows.get(workflowId);
    if (!workflow || !canWrite(caller, workflow)) throw notFound('workflow');
  }
  const { data, nextCursor } = await (workflowId === undefined
    ? schedules.listByOwner({ ...asked, createdBy: caller.userId })
    : schedules.listByWorkflow({ ...asked, workflowId }));
  return { body: { data: data.filter(({ deleting }) => !deleting).map(viewOf), nextCursor } };
});
