import { canWrite } from '../../shared/auth/visibility.ts';
import { getVersion as contract } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { readableWorkflow, versionOf } from '../../shared/workflows/access.ts';
import { publicView } from '../../shared/workflows/public-view.ts';

export const getVersion = defineHandler(contract, async ({ params, caller, platform }) => {
  const workflow = await readableWorkflow({ caller, platform }, params.workflowId);
  const version = await versionOf(platform, workflow.id, params.version);
  if (canWrite(caller, workflow)) return { body: version };
  return { body: { ...version, definition: publicView(version.definition) } };
});
