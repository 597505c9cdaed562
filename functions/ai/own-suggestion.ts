import type { Caller } from '../../shared/auth/caller.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import type { Platform } from '../../shared/platform.ts';
import type { AiSuggestionRecord } from '../../shared/store/ai-suggestions.ts';
import { readSuggestion } from '../../shared/suggestions/suggestion.ts';

/** A suggestion of the caller's, or of anybody's for an admin; what they may not see is not found. */
export const ownSuggestion = async (
  { caller, platform }: { readonly caller: Caller; readonly platform: Platform },
  suggestionId: string,
): Promise<AiSuggestionRecord> => {
  const row = await platform.stores.aiSuggestions.get(suggestionId);
  if (!row || (row.userId !== caller.userId && caller.role !== 'admin')) throw notFound('suggestion');
  return row;
};

/** Soon at first, as a template is found at once; then as rarely as a model is slow. */
const FIRST_LOOK_MILLISECONDS = 50;
const LATER_LOOKS_MILLISECONDS = 500;

/** The suggestion once it is finished, or as it is when the time is over. */
export const awaitSuggestion = async (
  { stores, clock }: Pick<Platform, 'stores' | 'clock'>,
  row: AiSuggestionRecord,
  seconds: number,
): Promise<AiSuggestionRecord> => {
  const until = clock.now() + seconds * 1000;
  let found = row;
  let pause = FIRST_LOOK_MILLISECONDS;
  while (readSuggestion(found, clock.now()).status === 'pending') {
    const left = until - clock.now();
    if (left <= 0) return found;
    await clock.sleep(Math.min(pause, left), new AbortController().signal);
    pause = Math.min(2 * pause, LATER_LOOKS_MILLISECONDS);
    found = (await stores.aiSuggestions.get(row.id)) ?? found;
  }
  return found;
};
