import type { SuggestionAnswer } from '../../shared/contracts/ai.ts';

/** Where suggestions are: behind an API, or in a data folder. */
export interface SuggestionSource {
  users(): AsyncIterable<{ readonly id: string }>;
  /** Newest first. */
  suggestionsOf(userId: string): AsyncIterable<Asked>;
}

type Asked = Pick<
  SuggestionAnswer,
  'prompt' | 'definition' | 'feedback' | 'source' | 'problems' | 'isApplied' | 'createdAt'
>;

/** A case of an evaluation set: what was asked, what came of it, whether it was made a workflow and what its asker said. */
export type RatedSuggestion = Asked & { readonly feedback: string };

/** The suggestions of all users that somebody has rated. */
export async function* ratedSuggestions(source: SuggestionSource): AsyncGenerator<RatedSuggestion> {
  for await (const { id } of source.users())
    for await (const suggestion of source.suggestionsOf(id)) {
      const { prompt, definition, feedback, source: from, problems, isApplied, createdAt } = suggestion;
      if (feedback === null) continue;
      yield { prompt, definition, feedback, source: from, problems, isApplied, createdAt };
    }
}

interface Page<Entry> {
  readonly data: readonly Entry[];
  readonly nextCursor: string | null;
}

/** The entries of a list, page after page. */
export async function* entriesOf<Entry>(
  page: (cursor: string | undefined) => Promise<Page<Entry>>,
): AsyncGenerator<Entry> {
  let cursor: string | undefined;
  do {
    const { data, nextCursor } = await page(cursor);
    yield* data;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
