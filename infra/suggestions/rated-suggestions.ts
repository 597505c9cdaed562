import { z } from 'zod';

/** Answers `path` of the API, under `/api/v1`, as an admin. */
export type Ask = (path: string) => Promise<unknown>;

/** A case of an evaluation set: what was asked, what came of it and what its asker said. */
export interface RatedSuggestion {
  readonly prompt: string;
  readonly definition: unknown;
  readonly feedback: string;
  readonly source: string | null;
  readonly problems: readonly unknown[];
  /** Whether it was made a workflow. */
  readonly isApplied: boolean;
  readonly createdAt: string;
}

const page = <Entry extends z.ZodType>(entry: Entry) =>
  z.object({ data: z.array(entry), nextCursor: z.string().nullable() });
const users = page(z.object({ id: z.string() }));
const suggestions = page(
  z.object({
    prompt: z.string(),
    definition: z.unknown(),
    feedback: z.string().nullable(),
    source: z.string().nullable(),
    problems: z.array(z.unknown()),
    isApplied: z.boolean(),
    createdAt: z.string(),
  }),
);

/** The suggestions of all users that somebody has rated. */
export async function* ratedSuggestions(ask: Ask): AsyncGenerator<RatedSuggestion> {
  for await (const { id } of entriesOf(ask, '/users', users))
    for await (const suggestion of entriesOf(ask, `/ai/suggestions?ownerId=${id}`, suggestions)) {
      const { feedback } = suggestion;
      if (feedback !== null) yield { ...suggestion, feedback };
    }
}

async function* entriesOf<Entry>(
  ask: Ask,
  path: string,
  schema: z.ZodType<{ data: Entry[]; nextCursor: string | null }>,
): AsyncGenerator<Entry> {
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor === null ? {} : { cursor }) });
    const { data, nextCursor } = schema.parse(await ask(`${path}${path.includes('?') ? '&' : '?'}${query}`));
    yield* data;
    cursor = nextCursor;
  } while (cursor !== null);
}
