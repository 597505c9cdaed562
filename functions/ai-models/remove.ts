import { notFound } from '../../shared/auth/visibility.ts';
import { deleteAiModel } from '../../shared/contracts/ai-models.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseChanged } from '../../shared/http/preconditions.ts';

export const remove = defineHandler(deleteAiModel, async ({ params, platform, ifMatch }) => {
  const { aiModels } = platform.stores;
  const model = await aiModels.get(params.modelId);
  if (!model) throw notFound('AI model');
  refuseChanged('AI model', model.revision, ifMatch);
  await aiModels.remove(model.id);
  return undefined;
});
