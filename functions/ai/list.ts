import { listSuggestions } from '../../shared/contracts/ai.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';

export const list = defineHandler(listSuggestions, async ({ query, caller, platform }) => {
  const { ownerId: userId = caller.userId, ...asked } = query;
  if (userId !== caller.userId && caller.role !== 'admin')
    throw new AppError('auth.forbidden', 'Only admins list the suggestions of others.');
  const { aiSuggestions } = platform.stores;
  const page = await aiSuggestions.listByUser({ ...asked, userId, caller: caller.userId });
  const now = platform.clock.now();
  return { body: { data: page.data.map((row) => answerOf(row, now)), nextCursor: page.nextCursor } };
});
