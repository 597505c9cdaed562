import type { Definition } from '../../engine/definition.ts';
import { canWrite } from '../../shared/auth/visibility.ts';
import { diffVersions as contract } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { readableWorkflow, versionOf } from '../../shared/workflows/access.ts';
import { diffDefinitions } from '../../shared/workflows/diff.ts';
import { publicView } from '../../shared/workflows/public-view.ts';

export const diffVersions = defineHandler(contract, async ({ params, caller, platform }) => {
  const workflow = await readableWorkflow({ caller, platform }, params.workflowId);
  const view = canWrite(caller, workflow) ? (definition: Definition) => definition : publicView;
  const [before, after] = await Promise.all([
    versionOf(platform, workflow.id, params.version),
    versionOf(platform, workflow.id, params.other),
  ]);
  const changes = diffDefinitions(view(before.definition), view(after.definition));
  return { body: { from: params.version, to: params.other, ...changes } };
});
