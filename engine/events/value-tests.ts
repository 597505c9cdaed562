import ipaddr from 'ipaddr.js';
import type { Json } from '../item.ts';

/** Text, number, boolean or null: what a pattern is held against in the end. */
export type Leaf = string | number | boolean | null;
export type ValueTest = (leaf: Leaf) => boolean;

/** Thrown while a pattern is read; `at` is a JSON pointer below the comparison. */
export class PatternProblem extends Error {
  override readonly name = 'PatternProblem';
  readonly at: string;

  constructor(message: string, at = '') {
    super(message);
    this.at = at;
  }
}

export const isLeaf = (value: Json | undefined): value is Leaf =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** A list in a pattern holds values, equal to the event's, and comparisons, each an object with one key. */
export const valueTest = (written: Json): ValueTest => {
  if (isLeaf(written)) return (leaf) => leaf === written;
  const [operator, operand] = comparisonIn(written);
  const make = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (make) return make(operand);
  const known = [...Object.keys(COMPARISONS), 'exists'].join(', ');
  throw new PatternProblem(`is no comparison; there are ${known}`, `/${operator}`);
};

/** The one key of a comparison and what it compares with. */
export const comparisonIn = (written: Json): readonly [operator: string, operand: Json] => {
  const entries =
    typeof written === 'object' && written !== null && !Array.isArray(written) ? Object.entries(written) : [];
  const [entry, more] = entries;
  if (entry && !more) return entry as [string, Json];
  throw new PatternProblem('must be a value, or an object with one comparison like {"prefix": "a"}');
};

const COMPARISONS: Readonly<Record<string, (operand: Json) => ValueTest>> = {
  prefix: (operand) => onText('prefix', operand, (text, start) => text.startsWith(start)),
  suffix: (operand) => onText('suffix', operand, (text, end) => text.endsWith(end)),
  'equals-ignore-case': (operand) => {
    const wanted = text(operand, '/equals-ignore-case').toLowerCase();
    return (leaf) => typeof leaf === 'string' && leaf.toLowerCase() === wanted;
  },
  wildcard: (operand) => {
    const fits = wildcard(text(operand, '/wildcard'), '/wildcard');
    return (leaf) => typeof leaf === 'string' && fits(leaf);
  },
  numeric: (operand) => numeric(operand),
  cidr: (operand) => cidr(operand),
  'anything-but': (operand) => anythingBut(operand),
};

/** Prefix and suffix: as written, or whatever their case. */
const onText = (name: string, operand: Json, fits: (text: string, wanted: string) => boolean): ValueTest => {
  if (typeof operand === 'string') return (leaf) => typeof leaf === 'string' && fits(leaf, operand);
  const [how, inner] = isLeaf(operand) ? ['', ''] : comparisonIn(operand);
  if (how !== 'equals-ignore-case' || typeof inner !== 'string') {
    throw new PatternProblem('takes a text, or {"equals-ignore-case": text}', `/${name}`);
  }
  const wanted = inner.toLowerCase();
  return (leaf) => typeof leaf === 'string' && fits(leaf.toLowerCase(), wanted);
};

const text = (operand: Json, at: string): string => {
  if (typeof operand === 'string') return operand;
  throw new PatternProblem('takes a text', at);
};

const BUT: Readonly<Record<string, (text: string, at: string) => ValueTest>> = {
  prefix: (start) => (leaf) => typeof leaf === 'string' && leaf.startsWith(start),
  suffix: (end) => (leaf) => typeof leaf === 'string' && leaf.endsWith(end),
  'equals-ignore-case': (wanted) => (leaf) =>
    typeof leaf === 'string' && leaf.toLowerCase() === wanted.toLowerCase(),
  wildcard: (written, at) => {
    const fits = wildcard(written, at);
    return (leaf) => typeof leaf === 'string' && fits(leaf);
  },
};

/** One value, a list of values all texts or all numbers, or one of `BUT` with a text or a list of texts. */
const anythingBut = (operand: Json): ValueTest => {
  const at = '/anything-but';
  const listed = isLeaf(operand) ? [operand] : operand;
  if (Array.isArray(listed)) {
    const kinds = new Set(listed.map((each) => typeof each));
    const [kind] = kinds;
    if (kinds.size === 1 && (kind === 'string' || kind === 'number')) {
      const refused = new Set<Json>(listed);
      return (leaf) => !refused.has(leaf);
    }
    throw new PatternProblem('takes a text or a number, or a list that holds only one kind of them', at);
  }
  const [how, inner] = comparisonIn(listed as Json);
  const make = Object.hasOwn(BUT, how) ? BUT[how] : undefined;
  const texts = Array.isArray(inner) ? inner : [inner];
  if (!make || texts.length === 0) {
    throw new PatternProblem(`takes values, or one of ${Object.keys(BUT).join(', ')}`, at);
  }
  const refused = texts.map((each) => make(text(each, `${at}/${how}`), `${at}/${how}`));
  return (leaf) => !refused.some((fits) => fits(leaf));
};

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** `["<", 10]`, or a range: `[">", 0, "<=", 5]`. */
const numeric = (operand: Json): ValueTest => {
  const at = '/numeric';
  const parts: readonly Json[] = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4) {
    throw new PatternProblem('takes [operator, number], or a range like [">", 0, "<=", 5]', at);
  }
  const pairs = parts.length === 2 ? [parts] : [parts.slice(0, 2), parts.slice(2)];
  const tests = pairs.map(([operator, number]) => {
    const compare =
      typeof operator === 'string' && Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
    if (!compare) throw new PatternProblem(`takes the operators ${Object.keys(COMPARE).join(' ')}`, at);
    if (typeof number !== 'number') throw new PatternProblem('compares with numbers', at);
    return (leaf: Leaf) => typeof leaf === 'number' && compare(leaf, number);
  });
  const [[lower, from], [upper, to] = []] = pairs as [Json[], Json[]?];
  const isRange = String(lower).startsWith('>') && String(upper).startsWith('<') && Number(from) < Number(to);
  if (pairs.length === 2 && !isRange) {
    throw new PatternProblem('must be a range from a lower to a higher number: [">", 0, "<=", 5]', at);
  }
  return (leaf) => tests.every((test) => test(leaf));
};

/** Addresses of a network, IPv4 or IPv6; without a length, the one address. */
const cidr = (operand: Json): ValueTest => {
  const written = text(operand, '/cidr');
  const network = networkOf(written);
  if (!network) {
    throw new PatternProblem('takes a network like "10.0.0.0/24" or "2001:db8::/32"', '/cidr');
  }
  return (leaf) => {
    if (typeof leaf !== 'string' || !ipaddr.isValid(leaf)) return false;
    const address = ipaddr.parse(leaf);
    return address.kind() === network[0].kind() && address.match(network);
  };
};

const networkOf = (written: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | null => {
  if (ipaddr.isValidCIDR(written)) return ipaddr.parseCIDR(written);
  if (!ipaddr.isValid(written)) return null;
  const address = ipaddr.parse(written);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

/** `*` stands for any characters; `\*` and `\\` for themselves. */
const wildcard = (written: string, at: string): ((text: string) => boolean) => {
  const parts = [''];
  for (let index = 0; index < written.length; index++) {
    const character = written[index];
    const next = written[index + 1];
    if (character === '*') {
      if (next === '*') throw new PatternProblem('must not hold two * in a row', at);
      parts.push('');
      continue;
    }
    if (character === '\\') {
      if (next !== '*' && next !== '\\') throw new PatternProblem('may only escape * and \\', at);
      index += 1;
    }
    parts[parts.length - 1] += written[index] ?? '';
  }
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (value) => value === first;
  return (value) => {
    if (!value.startsWith(first)) return false;
    let from = first.length;
    for (const part of rest) {
      const found = value.indexOf(part, from);
      if (found < 0) return false;
      from = found + part.length;
    }
    return value.length - last.length >= from && value.endsWith(last);
  };
};
