import { createWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { draftOf } from '../../shared/workflows/draft.ts';

export const create = defineHandler(createWorkflow, async ({ body, caller, platform }) => {
  const { definition: written, notes, ...columns } = body;
  const { definition, problems } = draftOf(written);
  const { workflows } = platform.stores;
  const workflow = await workflows.createWithVersion(
    { ...columns, createdBy: caller.userId },
    definition,
    notes,
  );
  return { body: { ...workflow, definition, problems }, etag: workflow.revision };
});
