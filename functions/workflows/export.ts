import { canWrite } from '../../shared/auth/visibility.ts';
import { exportWorkflow as contract } from '../../shared/contracts/packages.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { readableWorkflow, versionOf } from '../../shared/workflows/access.ts';
import { exportPackage } from '../../shared/workflows/export.ts';
import { publicView } from '../../shared/workflows/public-view.ts';

export const exportWorkflow = defineHandler(contract, async ({ params, query, caller, platform }) => {
  const workflow = await readableWorkflow({ caller, platform }, params.workflowId);
  const { definition } = await versionOf(platform, workflow.id, query.version ?? workflow.version);
  const visible = canWrite(caller, workflow) ? definition : publicView(definition);
  const pinned = query.pinned ?? false;
  return { body: await exportPackage(platform.stores, workflow, visible, { pinned }) };
});
