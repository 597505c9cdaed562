import { updateTemplate } from '../../shared/contracts/templates.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseBuiltIn } from '../../shared/templates/all.ts';
import { savedTemplate } from '../../shared/templates/saved.ts';
import { answerOf } from './answer.ts';

export const update = defineHandler(updateTemplate, async ({ params, body, platform, ifMatch }) => {
  await refuseBuiltIn(params.templateId);
  const row = await platform.stores.templates.update(params.templateId, body, ifMatch ?? undefined);
  return { body: answerOf(savedTemplate(row)), etag: row.revision };
});
