import { unpublishWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { expectRevision, writableWorkflow } from '../../shared/workflows/access.ts';

export const unpublish = defineHandler(unpublishWorkflow, async ({ params, caller, platform, ifMatch }) => {
  const before = await writableWorkflow({ caller, platform }, params.workflowId);
  expectRevision(before, ifMatch);
  const workflow = await platform.stores.workflows.unpublish(before.id);
  return { body: workflow, etag: workflow.revision };
});
