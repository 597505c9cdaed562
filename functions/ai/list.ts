import { listSuggestions } from '../../shared/contracts/ai.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';

export const list = defineHandler(listSuggestions, async ({ query, caller, platform }) => {
  const { userId } = caller;
  const page = await platform.stores.aiSuggestions.listByUser({ ...query, userId, caller: userId });
  const now = platform.clock.now();
  return { body: { data: page.data.map((row) => answerOf(row, now)), nextCursor: page.nextCursor } };
});
