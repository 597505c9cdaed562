import { deleteWorkflow } from '../../shared/contracts/workflows.ts';
import { endExecutions } from '../../shared/executions/end-executions.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { expectRevision, writableWorkflow } from '../../shared/workflows/access.ts';
import { allInLine, unpublishWorkflow } from '../../shared/workflows/publish.ts';

export const remove = defineHandler(deleteWorkflow, async ({ params, caller, platform, ifMatch }) => {
  const workflow = await writableWorkflow({ caller, platform }, params.workflowId);
  expectRevision(workflow, ifMatch);
  // In this order a removal cut short leaves a workflow that can be removed again.
  if (workflow.isActive) await unpublishWorkflow(platform, workflow.id);
  await endExecutions(platform, workflow.id, caller.userId);
  await allInLine(platform, await platform.stores.workflows.remove(workflow.id));
  return undefined;
});
