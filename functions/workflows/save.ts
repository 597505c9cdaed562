import { saveWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownedBy, writableWorkflow } from '../../shared/workflows/access.ts';
import { draftOf } from '../../shared/workflows/draft.ts';

export const save = defineHandler(saveWorkflow, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await writableWorkflow({ caller, platform }, params.workflowId);
  const { definition: written, notes, ...changes } = body;
  const { definition, problems } = await draftOf(written, ownedBy(platform, before));
  const workflow = await platform.stores.workflows.saveVersion(before.id, {
    definition,
    notes,
    createdBy: caller.userId,
    changes,
    ...(ifMatch === null ? {} : { expectedRevision: ifMatch }),
  });
  return { body: { ...workflow, definition, problems }, etag: workflow.revision };
});
