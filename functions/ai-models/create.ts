import { createAiModel } from '../../shared/contracts/ai-models.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';
import { refuseUnusable } from './usable-configuration.ts';

export const create = defineHandler(createAiModel, async ({ body, caller, platform }) => {
  const { configuration, ...columns } = body;
  const createdBy = caller.userId;
  await refuseUnusable(platform, { ...body, createdBy });
  const row = { ...columns, createdBy, configuration: JSON.stringify(configuration) };
  const model = await platform.stores.aiModels.create(row);
  return { body: answerOf(model, caller), etag: model.revision };
});
