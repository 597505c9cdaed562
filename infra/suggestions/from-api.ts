import { z } from 'zod';
import { entriesOf, type SuggestionSource } from './rated-suggestions.ts';

const pageOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.object({ data: z.array(entry), nextCursor: z.string().nullable() });
const users = pageOf(z.object({ id: z.string() }));
const suggestions = pageOf(
  z.object({
    prompt: z.string(),
    definition: z.unknown(),
    feedback: z.enum(['positive', 'negative', 'neutral']).nullable(),
    source: z.enum(['model', 'template']).nullable(),
    problems: z.array(z.any()),
    isApplied: z.boolean(),
    createdAt: z.string(),
  }),
);

/** The suggestions of a Stepwell that runs somewhere, as an admin's key shows them. */
export const fromApi = (url: string, key: string): SuggestionSource => {
  const ask = async (path: string, query: Readonly<Record<string, string | undefined>>): Promise<unknown> => {
    const asked = new URL(`/api/v1${path}`, url);
    for (const [name, value] of Object.entries({ limit: '100', ...query }))
      if (value !== undefined) asked.searchParams.set(name, value);
    const answer = await fetch(asked, { headers: { 'x-api-key': key } });
    if (answer.ok) return answer.json();
    const { pathname, search } = asked;
    throw new Error(
      `${pathname}${search} was answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`,
    );
  };
  return {
    users: () => entriesOf(async (cursor) => users.parse(await ask('/users', { cursor }))),
    suggestionsOf: (ownerId) =>
      entriesOf(async (cursor) => suggestions.parse(await ask('/ai/suggestions', { ownerId, cursor }))),
  };
};
