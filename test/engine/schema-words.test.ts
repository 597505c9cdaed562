import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { IN_WORDS } from '../../engine/schema-words.ts';

const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, IN_WORDS).error?.issues.map(({ message }) => message);

const color = z.enum(['red', 'green']);

describe('what does not fit a schema', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['nothing where something must be', z.string(), undefined, 'is needed: a text'],
    ['a value of another kind', z.string(), 5, 'must be a text; 5 came'],
    ['null', z.record(z.string(), z.string()), null, 'must be an object; null came'],
    ['a list', z.strictObject({}), [1], 'must be an object; a list came'],
    ['a part of a number', z.int(), 2.5, 'must be a whole number; 2.5 came'],
    ['a text that is no number', z.coerce.number(), 'abc', 'must be a number'],
    ['none of several values', color, 'blue', 'must be one of "red", "green"; "blue" came'],
    ['no choice at all', color, undefined, 'is needed: one of "red", "green"'],
    ['another value than the only one', z.literal('all'), 'none', 'must be "all"; "none" came'],
    ['too small a number', z.number().min(1), 0, 'must be at least 1; 0 came'],
    ['a number at its bound', z.number().gt(0), 0, 'must be more than 0; 0 came'],
    ['too large a number', z.number().max(25), 60, 'must be at most 25; 60 came'],
    ['an empty text', z.string().min(1), '', 'must not be empty'],
    ['an empty list', z.array(z.string()).min(1), [], 'must not be empty'],
    ['too short a text', z.string().min(3), 'ab', 'must have at least 3 characters; it has 2'],
    ['too long a list', z.array(z.int()).max(1), [1, 2], 'must have at most 1 entries; it has 2'],
    ['an address without @', z.email(), 'admin', 'must be an e-mail address'],
    ['a text of another form', z.string().regex(/^\d+$/), 'x', 'must match /^\\d+$/'],
    ['a number between steps', z.number().multipleOf(5), 7, 'must be a multiple of 5; 7 came'],
    [
      'a name nobody knows',
      z.strictObject({ a: z.int().optional() }),
      { b: 1 },
      'is not known here; there is a',
    ],
    ['a name where there are none', z.strictObject({}), { b: 1 }, 'is not known here'],
    [
      'none of several forms',
      z.union([z.string(), z.number()]),
      null,
      'must be a text or a number; null came',
    ],
    [
      'none of the values, and no list of them',
      z.union([color, z.array(color)]),
      'blue',
      'must be one of "red", "green" or a list; "blue" came',
    ],
    [
      'a form that is met but for a field',
      z.union([z.string(), z.strictObject({ kind: color })]),
      { kind: 'blue' },
      'kind: must be one of "red", "green"; "blue" came',
    ],
  ])('%s: what must be there, and what came', (_what, schema, value, message) => {
    expect(said(schema, value)).toEqual([message]);
  });

  it.each<[string, z.ZodType]>([
    ['of another kind', z.number()],
    ['in another form', z.string().regex(/^\d+$/)],
    ['too long', z.string().max(3)],
    ['longer than what is shown of a choice', color],
  ])('a text %s is not shown, nor a part of it: it may be a secret', (_what, schema) => {
    const secret = `sk-${'a1'.repeat(30)}`;
    expect(said(schema, secret)?.join()).not.toContain('a1');
  });

  it('words that the schema has itself stand', () => {
    expect(said(z.string({ error: 'must be a name' }), 1)).toEqual(['must be a name']);
  });
});
