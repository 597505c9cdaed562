import { deleteTemplate } from '../../shared/contracts/templates.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseChanged } from '../../shared/http/preconditions.ts';
import { refuseBuiltIn, templateOf } from '../../shared/templates/all.ts';

export const remove = defineHandler(deleteTemplate, async ({ params, platform, ifMatch }) => {
  await refuseBuiltIn(params.templateId);
  const { id, revision } = await templateOf(platform.stores, params.templateId);
  refuseChanged('template', revision, ifMatch);
  await platform.stores.templates.remove(id);
  return undefined;
});
