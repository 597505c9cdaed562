import { duplicateWorkflow } from '../../shared/contracts/packages.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { makeRoomFor } from '../../shared/operations/room-for.ts';
import { readableWorkflow, versionOf } from '../../shared/workflows/access.ts';
import { draftOf } from '../../shared/workflows/draft.ts';
import { publicView } from '../../shared/workflows/public-view.ts';

const MAX_NAME = 255;

/** What is the owner's alone (credentials, pinned data) goes with the copy only where it stays theirs. */
export const duplicate = defineHandler(duplicateWorkflow, async ({ params, body, caller, platform }) => {
  const { stores } = platform;
  const original = await readableWorkflow({ caller, platform }, params.workflowId);
  const version = await versionOf(platform, original.id, body.version ?? original.version);
  const isOwn = original.createdBy === caller.userId;
  const owned = { stores, ownerId: caller.userId, workflowId: null };
  const { definition, problems } = await draftOf(
    isOwn ? version.definition : publicView(version.definition),
    owned,
  );
  await makeRoomFor(platform, caller.userId, 'workflows');
  const workflow = await stores.workflows.createWithVersion(
    {
      name: body.name ?? `${original.name.slice(0, MAX_NAME - 7)} (copy)`,
      description: original.description,
      tags: original.tags,
      createdBy: caller.userId,
    },
    definition,
    `Copy of version ${version.version} of ${original.id}`,
  );
  return { body: { ...workflow, definition, problems }, etag: workflow.revision };
});
