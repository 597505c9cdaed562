import { createWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { makeRoomFor } from '../../shared/operations/room-for.ts';
import { draftOf } from '../../shared/workflows/draft.ts';

export const create = defineHandler(createWorkflow, async ({ body, caller, platform }) => {
  const { stores } = platform;
  const { definition: written, notes, ...columns } = body;
  const { definition, problems } = await draftOf(written, {
    stores,
    ownerId: caller.userId,
    workflowId: null,
  });
  await makeRoomFor(platform, caller.userId, 'workflows');
  const workflow = await stores.workflows.createWithVersion(
    { ...columns, createdBy: caller.userId },
    definition,
    notes,
  );
  return { body: { ...workflow, definition, problems }, etag: workflow.revision };
});
