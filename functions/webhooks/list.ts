import { canWrite, notFound } from '../../shared/auth/visibility.ts';
import { listWebhooks } from '../../shared/contracts/webhooks.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { viewOf } from '../../shared/webhooks/view.ts';

export const list = defineHandler(listWebhooks, async ({ query, caller, platform }) => {
  const { workflowId, ...page } = query;
  const { webhooks, workflows } = platform.stores;
  const asked = { ...page, caller: caller.userId };
  if (workflowId !== undefined) {
    const workflow = await workflows.get(workflowId);
    if (!workflow || !canWrite(caller, workflow)) throw notFound('workflow');
  }
  const { data, nextCursor } = await (workflowId === undefined
    ? webhooks.listByOwner({ ...asked, ownerId: caller.userId })
    : webhooks.listByWorkflow({ ...asked, workflowId }));
  return { body: { data: data.map((hook) => viewOf(platform, hook)), nextCursor } };
});
