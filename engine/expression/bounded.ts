import { NodeError } from '../errors.ts';
import { EXPRESSION_LIMITS, overLimit, withinElements, withinText } from './limits.ts';

type Compare = (left: unknown, right: unknown) => unknown | Promise<unknown>;
type Match = { match: string; start: number; end: number; groups: string[]; next(): Match | undefined };
type Matching = (text: string) => Match | undefined | Promise<Match | undefined>;

interface Bounded {
  readonly signature: string;
  readonly call: (...values: never[]) => unknown;
}

/** Built-ins whose cost grows faster than what they are given, with the same results within bounds. */
export const BOUNDED: Readonly<Record<string, Bounded>> = {
  eval: {
    signature: '<s?x?:x>',
    call: () => {
      throw new NodeError(
        'expression.failed',
        '$eval does not exist here: text is never run as an expression.',
      );
    },
  },
  pad: {
    signature: '<s-ns?:s>',
    call: (text: string | undefined, width: number, filler = ' ') => {
      if (text === undefined) return undefined;
      withinText(Math.abs(width) * Math.max(1, filler.length));
      const missing = Math.max(0, Math.abs(width) - [...text].length);
      const padding = [...(filler || ' ').repeat(missing)].slice(0, missing).join('');
      return width < 0 ? padding + text : text + padding;
    },
  },
  join: {
    signature: '<a<s>s?:s>',
    call: (texts: readonly string[] | undefined, separator = '') => {
      if (texts === undefined) return undefined;
      withinText(texts.reduce((length, text) => length + text.length + separator.length, 0));
      return texts.join(separator);
    },
  },
  replace: {
    signature: '<s-(sf)(sf)n?:s>',
    call: (
      text: string | undefined,
      pattern: string | Matching,
      by: string | ((match: Match) => unknown),
      limit?: number,
    ) => (text === undefined ? undefined : replaced(text, pattern, by, limit)),
  },
  split: {
    signature: '<s-(sf)n?:a<s>>',
    call: (text: string | undefined, by: string | Matching, limit?: number) =>
      text === undefined ? undefined : split(text, by, limit),
  },
  sort: {
    signature: '<af?:a>',
    call: (values: readonly unknown[] | undefined, comesAfter?: Compare) => {
      if (values === undefined) return undefined;
      withinElements(values.length);
      return comesAfter ? sortBy(values, comesAfter) : sortPlain(values);
    },
  },
  distinct: {
    signature: '<x:x>',
    call: (values: unknown) => {
      if (!Array.isArray(values) || values.length <= 1) return values;
      const seen = new Map<string, unknown>();
      for (const value of values) {
        const key = canonical(value);
        if (!seen.has(key)) seen.set(key, value);
      }
      return [...seen.values()];
    },
  },
  string: {
    signature: '<x-b?:s>',
    call: (value: unknown, pretty = false) => {
      if (value === undefined) return undefined;
      if (typeof value === 'string') return value;
      return isFunction(value) ? '' : textOf(value, pretty ? 2 : 0);
    },
  },
  spread: {
    signature: '<x-:a<o>>',
    call: (value: unknown) => {
      const pieces = spread(value);
      if (!Array.isArray(pieces)) return pieces;
      withinElements(pieces.length);
      // An object of one field gives that field, not a list of it; nothing gives nothing.
      const isList = Array.isArray(value) && value.length > 0;
      return isList || pieces.length > 1 ? pieces : pieces[0];
    },
  },
  append: {
    signature: '<xx:a>',
    call: (left: unknown, right: unknown) => {
      if (left === undefined) return right;
      if (right === undefined) return left;
      const both = [left, right].map((value) => (Array.isArray(value) ? value : [value]));
      withinElements(both.reduce((count, { length }) => count + length, 0));
      return both.flat(1);
    },
  },
  zip: {
    signature: '<a+>',
    call: (...lists: (readonly unknown[] | undefined)[]) => {
      const length = Math.min(...lists.map((list) => list?.length ?? 0));
      withinElements(length * lists.length);
      return Array.from({ length }, (_, index) => lists.map((list) => list?.[index]));
    },
  },
};

/** JSONata's functions are objects; only those of the host are functions. */
const isFunction = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' &&
    value !== null &&
    ('_jsonata_lambda' in value || '_jsonata_function' in value));

const spread = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || isFunction(value)) return value;
  return Array.isArray(value)
    ? value.flatMap(spread)
    : Object.entries(value).map(([key, each]) => Object.fromEntries([[key, each]]));
};

const replaced = async (
  text: string,
  pattern: string | Matching,
  by: string | ((match: Match) => unknown),
  limit = Number.POSITIVE_INFINITY,
): Promise<string> => {
  if (pattern === '')
    throw new NodeError('expression.failed', 'The second argument of $replace must not be empty.');
  if (limit < 0)
    throw new NodeError('expression.failed', 'The fourth argument of $replace must not be negative.');
  const pieces: string[] = [];
  let from = 0;
  let length = 0;
  let count = 0;
  for await (const match of matches(text, pattern)) {
    if (count >= limit) break;
    const put =
      typeof by === 'function' ? await by(match) : typeof pattern === 'string' ? by : filledIn(by, match);
    if (typeof put !== 'string')
      throw new NodeError('expression.failed', '$replace needs a function that gives text.');
    pieces.push(text.slice(from, match.start), put);
    length += match.start - from + put.length;
    withinText(length);
    from = match.end;
    count += 1;
  }
  return pieces.join('') + text.slice(from);
};

const split = async (
  text: string,
  by: string | Matching,
  limit = Number.POSITIVE_INFINITY,
): Promise<string[]> => {
  if (limit < 0)
    throw new NodeError('expression.failed', 'The third argument of $split must not be negative.');
  const pieces: string[] = [];
  if (by === '') {
    withinElements(Math.min(text.length, limit));
    return text.split('', Math.min(limit, EXPRESSION_LIMITS.elements));
  }
  let from = 0;
  for await (const match of matches(text, by)) {
    if (pieces.length >= limit) break;
    pieces.push(text.slice(from, match.start));
    withinElements(pieces.length);
    from = match.end;
  }
  if (pieces.length < limit) pieces.push(text.slice(from));
  return pieces;
};

/** Every place where a text or a regular expression is found, from left to right. */
async function* matches(text: string, pattern: string | Matching): AsyncGenerator<Match> {
  if (typeof pattern !== 'string') {
    for (let match = await pattern(text); match !== undefined; match = match.next()) {
      if (match.match === '')
        throw new NodeError(
          'expression.failed',
          'The regular expression matches the empty text and would never get on.',
        );
      yield match;
    }
    return;
  }
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + pattern.length))
    yield { match: pattern, start: at, end: at + pattern.length, groups: [], next: () => undefined };
}

/** `$0` is the match, `$1`… its groups, `$$` a dollar sign. */
const filledIn = (by: string, { match, groups }: Match): string =>
  by.replaceAll(/\$(\$|\d{1,2})/g, (_, name: string) => {
    if (name === '$') return '$';
    if (name === '0') return match;
    // With fewer than ten groups `$12` is group 1 and a "2".
    const digits = Number(name) > groups.length ? name.slice(0, 1) : name;
    return (groups[Number(digits) - 1] ?? '') + name.slice(digits.length);
  });

const sortPlain = (values: readonly unknown[]): unknown[] => {
  const numbers = values.every((value) => typeof value === 'number');
  if (!numbers && !values.every((value) => typeof value === 'string'))
    throw new NodeError('expression.failed', '$sort without a function takes numbers only, or texts only.');
  return numbers
    ? [...(values as number[])].sort((left, right) => left - right)
    : [...(values as string[])].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
};

/** Merge sort, stable, in passes: the comparison may have to be awaited, and recursion would nest with it. */
const sortBy = async (values: readonly unknown[], comesAfter: Compare): Promise<unknown[]> => {
  if (values.length > EXPRESSION_LIMITS.sortedByFunction)
    throw overLimit(
      `$sort with a function takes ${EXPRESSION_LIMITS.sortedByFunction} elements; there are ${values.length}. The Sort node takes more.`,
    );
  let runs = values.map((value) => [value]);
  while (runs.length > 1) {
    const merged: unknown[][] = [];
    for (let index = 0; index < runs.length; index += 2)
      merged.push(await mergeRuns(runs[index] ?? [], runs[index + 1] ?? [], comesAfter));
    runs = merged;
  }
  return runs[0] ?? [];
};

const mergeRuns = async (
  left: readonly unknown[],
  right: readonly unknown[],
  comesAfter: Compare,
): Promise<unknown[]> => {
  const merged: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const takeRight = Boolean(await comesAfter(left[l], right[r]));
    merged.push(takeRight ? right[r++] : left[l++]);
  }
  return [...merged, ...left.slice(l), ...right.slice(r)];
};

/** Equal values have equal text, whatever the order of their keys. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' ? 'f' : JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join()}}`;
};

/** JSON, counted while it is made: a value that shares its parts may be exponentially larger as text. */
const textOf = (value: unknown, indent: number): string => {
  let count = 0;
  const text = JSON.stringify(
    value,
    (_key, each: unknown) => {
      count += 1;
      withinElements(count);
      if (typeof each === 'number' && Number.isFinite(each)) return Number(each.toPrecision(15));
      if (typeof each === 'number')
        throw new NodeError('expression.failed', `$string has no text for ${each}.`);
      return isFunction(each) ? '' : each;
    },
    indent,
  );
  withinText(text.length);
  return text;
};
