import { restoreVersion as contract } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownedBy, versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { draftOf } from '../../shared/workflows/draft.ts';

export const restoreVersion = defineHandler(contract, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await writableWorkflow({ caller, platform }, params.workflowId);
  const old = await versionOf(platform, before.id, params.version);
  const { definition, problems } = await draftOf(old.definition, ownedBy(platform, before));
  const workflow = await platform.stores.workflows.saveVersion(before.id, {
    definition,
    notes: body.notes ?? `Version ${old.version} again`,
    createdBy: caller.userId,
    ...(ifMatch === null ? {} : { expectedRevision: ifMatch }),
  });
  return { body: { ...workflow, definition, problems }, etag: workflow.revision };
});
