import { updateWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { writableWorkflow } from '../../shared/workflows/access.ts';

export const update = defineHandler(updateWorkflow, async ({ params, body, caller, platform, ifMatch }) => {
  const { id } = await writableWorkflow({ caller, platform }, params.workflowId);
  const workflow = await platform.stores.workflows.update(id, body, ifMatch ?? undefined);
  return { body: workflow, etag: workflow.revision };
});
