import { listAiModels } from '../../shared/contracts/ai-models.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';

export const list = defineHandler(listAiModels, async ({ query, caller, platform }) => {
  const { provider, isActive, limit, cursor } = query;
  const { aiModels } = platform.stores;
  const page = { limit, cursor, caller: caller.userId };
  const found = await (provider === undefined
    ? aiModels.list(page)
    : aiModels.listByProvider({ ...page, provider }));
  const data = found.data.filter((each) => isActive === undefined || each.isActive === isActive);
  return { body: { data: data.map((each) => answerOf(each, caller)), nextCursor: found.nextCursor } };
});
