import { deleteAiModel } from '../../shared/contracts/ai-models.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const remove = defineHandler(deleteAiModel, async ({ params, platform }) => {
  await platform.stores.aiModels.remove(params.modelId);
  return undefined;
});
