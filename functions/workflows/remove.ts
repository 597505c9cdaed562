import { deleteWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { expectRevision, writableWorkflow } from '../../shared/workflows/access.ts';

export const remove = defineHandler(deleteWorkflow, async ({ params, caller, platform, ifMatch }) => {
  const workflow = await writableWorkflow({ caller, platform }, params.workflowId);
  expectRevision(workflow, ifMatch);
  await platform.stores.workflows.remove(workflow.id);
  return undefined;
});
