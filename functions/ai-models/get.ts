import { notFound } from '../../shared/auth/visibility.ts';
import { getAiModel } from '../../shared/contracts/ai-models.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';

export const get = defineHandler(getAiModel, async ({ params, caller, platform }) => {
  const model = await platform.stores.aiModels.get(params.modelId);
  if (!model) throw notFound('AI model');
  return { body: answerOf(model, caller), etag: model.revision };
});
