import { modelConfiguration } from '../../shared/ai/model-configuration.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { updateAiModel } from '../../shared/contracts/ai-models.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';
import { refuseUnusable } from './usable-configuration.ts';

export const update = defineHandler(updateAiModel, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await platform.stores.aiModels.get(params.modelId);
  if (!before) throw notFound('AI model');
  const { configuration, ...columns } = body;
  const after = configuration ?? modelConfiguration.parse(JSON.parse(before.configuration ?? '{}'));
  // Whoever sets the configuration vouches for its credential.
  const createdBy = configuration ? caller.userId : before.createdBy;
  await refuseUnusable(platform, { provider: before.provider, configuration: after, createdBy });
  const changes = { ...columns, createdBy, configuration: JSON.stringify(after) };
  const model = await platform.stores.aiModels.update(before.id, changes, ifMatch ?? undefined);
  return { body: answerOf(model, caller), etag: model.revision };
});
