import type { SuggestionAnswer } from '../../shared/contracts/ai.ts';
import type { AiSuggestionRecord } from '../../shared/store/ai-suggestions.ts';
import { readSuggestion } from '../../shared/suggestions/suggestion.ts';

const UNFINISHED = {
  source: null,
  templateId: null,
  workflowVersion: null,
  name: null,
  explanation: null,
  definition: null,
  needs: [],
  isValid: null,
  problems: [],
  alternatives: [],
  costUsd: null,
  error: null,
};

/** A suggestion as the API shows it. */
export const answerOf = (row: AiSuggestionRecord, now: number): SuggestionAnswer => {
  const { id, prompt, isApplied, appliedAt, feedback, createdAt } = row;
  return {
    id,
    prompt,
    isApplied,
    appliedAt,
    feedback,
    createdAt,
    ...UNFINISHED,
    ...readSuggestion(row, now),
  } as SuggestionAnswer;
};
