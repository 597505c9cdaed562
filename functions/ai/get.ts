import { getSuggestion } from '../../shared/contracts/ai.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { answerOf } from './answer.ts';
import { awaitSuggestion, ownSuggestion } from './own-suggestion.ts';

export const get = defineHandler(getSuggestion, async ({ params, query, caller, platform }) => {
  const row = await ownSuggestion({ caller, platform }, params.suggestionId);
  return { body: answerOf(await awaitSuggestion(platform, row, query.wait), platform.clock.now()) };
});
