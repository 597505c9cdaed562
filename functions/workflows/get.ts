import { canWrite } from '../../shared/auth/visibility.ts';
import { getWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { readableWorkflow, versionOf } from '../../shared/workflows/access.ts';
import { publicView } from '../../shared/workflows/public-view.ts';

export const get = defineHandler(getWorkflow, async ({ params, caller, platform }) => {
  const workflow = await readableWorkflow({ caller, platform }, params.workflowId);
  const { definition } = await versionOf(platform, workflow.id, workflow.version);
  const visible = canWrite(caller, workflow) ? definition : publicView(definition);
  return { body: { ...workflow, definition: visible }, etag: workflow.revision };
});
