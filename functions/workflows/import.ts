import { importWorkflow as contract } from '../../shared/contracts/packages.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { makeRoomFor } from '../../shared/operations/room-for.ts';
import { draftOf } from '../../shared/workflows/draft.ts';
import { importPackage } from '../../shared/workflows/import.ts';

export const importWorkflow = defineHandler(contract, async ({ body, caller, platform }) => {
  const { stores } = platform;
  const ownerId = caller.userId;
  const imported = await importPackage(stores, ownerId, body.package, body);
  const { definition, problems } = await draftOf(imported.definition, { stores, ownerId, workflowId: null });
  await makeRoomFor(platform, ownerId, 'workflows');
  const { name, description, tags } = body.package;
  const workflow = await stores.workflows.createWithVersion(
    { name: body.name ?? name, description, tags, createdBy: ownerId },
    definition,
    'Imported',
  );
  return {
    body: { ...workflow, definition, problems: [...imported.problems, ...problems] },
    etag: workflow.revision,
  };
});
