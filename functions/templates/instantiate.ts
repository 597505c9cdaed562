import { instantiateTemplate } from '../../shared/contracts/templates.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { makeRoomFor } from '../../shared/operations/room-for.ts';
import { templateOf } from '../../shared/templates/all.ts';
import { instantiated } from '../../shared/templates/instantiate.ts';
import { draftOf } from '../../shared/workflows/draft.ts';

export const instantiate = defineHandler(instantiateTemplate, async ({ params, body, caller, platform }) => {
  const { stores } = platform;
  const ownerId = caller.userId;
  const template = await templateOf(stores, params.templateId);
  const written = instantiated(template, body);
  const { definition, problems } = await draftOf(written, { stores, ownerId, workflowId: null });
  await makeRoomFor(platform, ownerId, 'workflows');
  const { description, tags } = template;
  const workflow = await stores.workflows.createWithVersion(
    { name: body.name ?? template.name, description, tags: [...tags], createdBy: ownerId },
    definition,
    `From the template “${template.name}”`,
  );
  return { body: { ...workflow, definition, problems }, etag: workflow.revision };
});
