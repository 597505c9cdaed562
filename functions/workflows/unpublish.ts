import { unpublishWorkflow as contract } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { expectRevision, writableWorkflow } from '../../shared/workflows/access.ts';
import { unpublishWorkflow } from '../../shared/workflows/publish.ts';

export const unpublish = defineHandler(contract, async ({ params, caller, platform, ifMatch }) => {
  const before = await writableWorkflow({ caller, platform }, params.workflowId);
  expectRevision(before, ifMatch);
  const workflow = await unpublishWorkflow(platform, before.id);
  return { body: workflow, etag: workflow.revision };
});
