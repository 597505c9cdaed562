import { deleteWorkflow } from '../../shared/contracts/workflows.ts';
import { endExecutions } from '../../shared/executions/end-executions.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { expectRevision, writableWorkflow } from '../../shared/workflows/access.ts';

export const remove = defineHandler(deleteWorkflow, async ({ params, caller, platform, ifMatch }) => {
  const workflow = await writableWorkflow({ caller, platform }, params.workflowId);
  expectRevision(workflow, ifMatch);
  // In this order a removal cut short leaves a workflow that can be removed again.
  if (workflow.isActive) await platform.stores.workflows.unpublish(workflow.id);
  await endExecutions(platform, workflow.id, caller.userId);
  await platform.stores.workflows.remove(workflow.id);
  return undefined;
});
