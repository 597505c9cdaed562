import { listVersions as contract } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { readableWorkflow } from '../../shared/workflows/access.ts';

export const listVersions = defineHandler(contract, async ({ params, query, caller, platform }) => {
  const { id } = await readableWorkflow({ caller, platform }, params.workflowId);
  return {
    body: await platform.stores.workflowVersions.list({ ...query, workflowId: id, caller: caller.userId }),
  };
});
