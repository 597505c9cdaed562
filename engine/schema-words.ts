import type { z } from 'zod';

/**
 * For `safeParse`: what zod finds wrong is said in the words of this product, with what must be there and what came instead.
 * A text that came is shown only where it was to be one of several: elsewhere it may be a secret.
 */
export const IN_WORDS: z.core.ParseContext<z.core.$ZodIssue> = { error: (issue) => wordsFor(issue) };

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];
type Of<Code extends RawIssue['code']> = Extract<RawIssue, { readonly code: Code }>;
type Words = { readonly [Code in RawIssue['code']]?: (issue: Of<Code>) => string };

const wordsFor = (issue: RawIssue): string | undefined =>
  (WORDS[issue.code] as ((issue: RawIssue) => string) | undefined)?.(issue);

const WORDS: Words = {
  invalid_type: ({ expected, input }) => misfit(input, kindOf(expected)),
  invalid_value: ({ values, input }) => misfit(input, choice(values), shownText(input)),
  too_small: ({ origin, minimum, inclusive, input }) =>
    `must ${atLeast(origin, minimum, inclusive !== false, input)}`,
  too_big: ({ origin, maximum, inclusive, input }) =>
    `must ${atMost(origin, maximum, inclusive !== false, input)}`,
  invalid_format: ({ format, pattern }) => `must ${FORMATS[format] ?? `match ${pattern ?? format}`}`,
  not_multiple_of: ({ divisor, input }) => `must be a multiple of ${divisor}; ${shown(input)} came`,
  unrecognized_keys: ({ inst }) => `is not known here${knownTo(inst)}`,
  invalid_union: (issue) => unionWords(issue),
  invalid_key: () => 'has a name that is not allowed',
};

/** What must be there; and what came, unless nothing did. */
const misfit = (input: unknown, wanted: string, came = shown(input)): string => {
  if (input === undefined) return `is needed: ${wanted}`;
  // Of a text that should have been turned into a number nothing else is left.
  return Number.isNaN(input) ? `must be ${wanted}` : `must be ${wanted}; ${came} came`;
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const kindOf = (expected: string): string => KINDS[expected] ?? expected;

const choice = (values: readonly unknown[]): string => {
  const all = values.map((value) => JSON.stringify(value));
  return all.length > 1 ? `one of ${all.join(', ')}` : (all[0] ?? 'nothing');
};

/** Numbers and such as they are; of what may be long or secret only what kind of value it is. */
const shown = (input: unknown): string => {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'string') return 'a text';
  return typeof input === 'object' && input !== null ? 'an object' : String(input);
};

/** Never a part of a text: a secret is recognised, and hidden, as a whole. */
const LONGEST_SHOWN = 40;
const shownText = (input: unknown): string =>
  typeof input === 'string' && input.length <= LONGEST_SHOWN ? JSON.stringify(input) : shown(input);

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

const atLeast = (origin: string, minimum: number | bigint, isInclusive: boolean, input: unknown): string => {
  const unit = UNITS[origin];
  if (unit === undefined)
    return `be ${isInclusive ? 'at least' : 'more than'} ${minimum}; ${shown(input)} came`;
  return Number(minimum) === 1 ? 'not be empty' : `have at least ${minimum} ${unit}; it has ${sizeOf(input)}`;
};

const atMost = (origin: string, maximum: number | bigint, isInclusive: boolean, input: unknown): string => {
  const unit = UNITS[origin];
  return unit === undefined
    ? `be ${isInclusive ? 'at most' : 'less than'} ${maximum}; ${shown(input)} came`
    : `have at most ${maximum} ${unit}; it has ${sizeOf(input)}`;
};

const sizeOf = (input: unknown): number =>
  typeof input === 'string' || Array.isArray(input) ? input.length : 0;

const FORMATS: Readonly<Record<string, string>> = {
  email: 'be an e-mail address',
  url: 'be an address like "https://example.com"',
  datetime: 'be a time like "2026-01-05T09:00:00Z"',
  date: 'be a date like "2026-01-05"',
};

/** The fields there are, of an object that says so. */
const knownTo = (schema: unknown): string => {
  const { shape } =
    (schema as { readonly _zod?: { readonly def: { readonly shape?: object } } })?._zod?.def ?? {};
  const names = Object.keys(shape ?? {});
  return names.length === 0 ? '' : `; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
};

interface Forms {
  /** What it may be. */
  readonly wanted: readonly string[];
  /** Why a value of the right kind is none of them all the same. */
  readonly reasons: readonly string[];
}

/** Of a value that fits none of several forms: which they are, and how near it came to one. */
const unionWords = (issue: Of<'invalid_union'>): string => {
  const { wanted, reasons } = formsOf(issue.errors, issue.input);
  if (reasons.length > 0) return [...new Set(reasons)].join('; ');
  const all = [...new Set(wanted)];
  return all.length > 0
    ? misfit(issue.input, listed(all), shownText(issue.input))
    : 'fits none of the forms there are';
};

const formsOf = (errors: readonly (readonly z.core.$ZodIssue[])[], input: unknown): Forms => {
  const forms = errors.map(([first]): Forms => {
    if (first === undefined) return { wanted: [], reasons: [] };
    if (first.path.length > 0) return { wanted: [], reasons: [`${first.path.join('.')}: ${first.message}`] };
    if (first.code === 'invalid_union') return formsOf(first.errors, input);
    if (first.code === 'invalid_type') return { wanted: [kindOf(first.expected)], reasons: [] };
    if (first.code === 'invalid_value') return { wanted: [choice(first.values)], reasons: [] };
    return { wanted: [], reasons: [first.message] };
  });
  return {
    wanted: forms.flatMap(({ wanted }) => wanted),
    reasons: forms.flatMap(({ reasons }) => reasons),
  };
};

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
