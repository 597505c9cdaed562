import { deleteTemplate } from '../../shared/contracts/templates.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseBuiltIn } from '../../shared/templates/all.ts';

export const remove = defineHandler(deleteTemplate, async ({ params, platform }) => {
  await refuseBuiltIn(params.templateId);
  await platform.stores.templates.remove(params.templateId);
  return undefined;
});
