import { refuseBeyondAllowance } from '../../shared/ai/platform-ai.ts';
import { createSuggestion } from '../../shared/contracts/ai.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { languageModel } from '../../shared/suggestions/language-model.ts';
import type { Suggestion } from '../../shared/suggestions/suggestion.ts';
import { writableWorkflow } from '../../shared/workflows/access.ts';
import { answerOf } from './answer.ts';
import { awaitSuggestion } from './own-suggestion.ts';

export const create = defineHandler(createSuggestion, async ({ body, query, caller, platform }) => {
  const { prompt, workflowId, modelId } = body;
  if (workflowId !== undefined) await writableWorkflow({ caller, platform }, workflowId);
  const model = await languageModel(platform.stores, modelId, caller.userId);
  if (model !== null) await refuseBeyondAllowance(platform, caller.userId);
  const asked: Suggestion = { status: 'pending', workflowId: workflowId ?? null, modelId: model };
  const row = await platform.stores.aiSuggestions.create({
    userId: caller.userId,
    prompt,
    suggestion: JSON.stringify(asked),
    isPending: true,
    isApplied: false,
    appliedAt: null,
    feedback: null,
  });
  await platform.suggester.begin(row.id);
  const answer = answerOf(await awaitSuggestion(platform, row, query.wait), platform.clock.now());
  return { status: answer.status === 'pending' ? 202 : 201, body: answer };
});
