import { validateWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownedBy, versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { verdictOf } from '../../shared/workflows/draft.ts';

export const validate = defineHandler(validateWorkflow, async ({ params, body, caller, platform }) => {
  const workflow = await writableWorkflow({ caller, platform }, params.workflowId);
  const { definition } = await versionOf(platform, workflow.id, body.version ?? workflow.version);
  return { body: await verdictOf(definition, ownedBy(platform, workflow)) };
});
