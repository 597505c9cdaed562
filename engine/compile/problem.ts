import type { z } from 'zod';

/** Something wrong with a definition, and where. */
export interface DefinitionProblem {
  /** A JSON pointer into the definition (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
  readonly code: string;
  readonly nodeId?: string;
  readonly severity: 'error' | 'warning';
}

const problem =
  (severity: DefinitionProblem['severity']) =>
  (code: string, pointer: string, message: string, nodeId?: string): DefinitionProblem => ({
    pointer,
    message,
    code,
    severity,
    ...(nodeId === undefined ? {} : { nodeId }),
  });

export const error = problem('error');
export const warning = problem('warning');

/** RFC 6901. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Where an issue is and what it says. Fields that nobody knows stand at their own places, not at that of their object. */
export const fieldsOf = (issue: z.core.$ZodIssue): [path: readonly PropertyKey[], message: string][] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => [[...issue.path, key], 'is no field there is here'])
    : [[issue.path, messageOf(issue)]];

/** Of a value that fits none of several forms zod says no more than that; here, which they are. */
export const messageOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_type')
    return issue.message.replace(/\b(record|int)\b/, (word) => PLAIN[word] ?? word);
  if (issue.code !== 'invalid_union') return issue.message;
  const { types, reasons } = formsOf(issue);
  const expected = types.length > 0 ? [`expected ${[...new Set(types)].join(' or ')}`] : [];
  return [...expected, ...new Set(reasons)].join('; ') || issue.message;
};

interface Forms {
  /** What kinds of value it may be. */
  readonly types: readonly string[];
  /** Why a value of the right kind is none of them all the same. */
  readonly reasons: readonly string[];
}

const formsOf = (issue: z.core.$ZodIssueInvalidUnion): Forms => {
  const forms = issue.errors.map(([first]): Forms => {
    if (first === undefined) return { types: [], reasons: [] };
    if (first.path.length > 0)
      return { types: [], reasons: [`${first.path.join('.')}: ${messageOf(first)}`] };
    if (first.code === 'invalid_union') return formsOf(first);
    return first.code === 'invalid_type'
      ? { types: [WORDS[first.expected] ?? first.expected], reasons: [] }
      : { types: [], reasons: [first.message] };
  });
  return {
    types: forms.flatMap(({ types }) => types),
    reasons: forms.flatMap(({ reasons }) => reasons),
  };
};

/** What zod alone calls so. */
const PLAIN: Readonly<Record<string, string>> = { record: 'object', int: 'integer' };

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
