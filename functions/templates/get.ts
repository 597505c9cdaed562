import { getTemplate } from '../../shared/contracts/templates.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { templateOf } from '../../shared/templates/all.ts';
import { answerOf } from './answer.ts';

export const get = defineHandler(getTemplate, async ({ params, platform }) => {
  const template = await templateOf(platform.stores, params.templateId);
  return { body: answerOf(template), etag: template.revision };
});
