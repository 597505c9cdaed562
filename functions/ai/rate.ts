import { rateSuggestion } from '../../shared/contracts/ai.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';
import { ownSuggestion } from './own-suggestion.ts';

export const rate = defineHandler(rateSuggestion, async ({ params, body, caller, platform }) => {
  const row = await ownSuggestion({ caller, platform }, params.suggestionId);
  const rated = await platform.stores.aiSuggestions.update(row.id, { feedback: body.feedback });
  return { body: answerOf(rated, platform.clock.now()) };
});
