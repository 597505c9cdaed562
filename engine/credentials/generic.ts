import { z } from 'zod';
import { type Authentication, defineCredentialType } from './define-credential-type.ts';

const FIELD = /^((header|query)\.[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}|[A-Za-z][A-Za-z0-9_]{0,63})$/;
const MOST_FIELDS = 32;

/** The fields of one kind, without the word in front of their names. */
const named = (data: Readonly<Record<string, string>>, kind: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => name.startsWith(`${kind}.`))
      .map(([name, value]) => [name.slice(kind.length + 1), value]),
  );

export const generic = defineCredentialType({
  type: 'generic',
  name: 'Generic',
  description:
    'Any secrets: header.<name> is sent as a header, query.<name> in the query, and other names are for nodes that ask for them.',
  fields: z
    .record(z.string().regex(FIELD, 'must be header.<name>, query.<name> or a name'), z.string().max(8_192))
    .refine((data) => Object.keys(data).length > 0, 'must hold a secret')
    .refine((data) => Object.keys(data).length <= MOST_FIELDS, `must hold ${MOST_FIELDS} secrets at most`),
  secrets: 'all',
  hosts: () => [],
  authenticate: (data): Authentication => ({
    headers: named(data, 'header'),
    query: named(data, 'query'),
  }),
});
