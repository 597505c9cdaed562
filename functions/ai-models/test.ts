import { platformAi } from '../../shared/ai/platform-ai.ts';
import { tryModel } from '../../shared/ai/try-model.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { testAiModel } from '../../shared/contracts/ai-models.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const test = defineHandler(testAiModel, async ({ params, caller, platform }) => {
  const model = await platform.stores.aiModels.get(params.modelId);
  if (!model) throw notFound('AI model');
  const startedAt = platform.clock.now();
  const verdict = await tryModel(platformAi(platform, caller.userId), model);
  return { body: { ...verdict, milliseconds: platform.clock.now() - startedAt } };
});
