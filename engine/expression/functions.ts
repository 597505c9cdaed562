import { ENCODINGS, encode, HASHES, hash } from '../digest.ts';
import { NodeError } from '../errors.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { withinElements, withinText } from './limits.ts';
import type { ExpressionScope } from './scope.ts';
import { formatDate, inUtc, startOf } from './zoned-time.ts';

interface NamedFunction {
  /** JSONata's notation: `s` text, `n` number, `x` anything; `-` takes the context, `?` may be left out. */
  readonly signature: string;
  readonly doc: string;
  readonly make: (scope: ExpressionScope) => (...values: never[]) => unknown;
}

/** Functions that people miss in JSONata. A new one is a new line. */
export const FUNCTIONS: Readonly<Record<string, NamedFunction>> = {
  toJson: {
    signature: '<x:s>',
    doc: 'Any value as JSON text; a text gets its quotes.',
    make: () => (value: unknown) => (value === undefined ? undefined : JSON.stringify(value)),
  },
  parseJson: {
    signature: '<s-:x>',
    doc: 'What a JSON text says.',
    make: () => (text: string | undefined) => (text === undefined ? undefined : parseJson(text)),
  },
  isEmpty: {
    signature: '<x:b>',
    doc: 'True for nothing, null, "", [] and {}.',
    make: () => isEmpty,
  },
  ifEmpty: {
    signature: '<xx:x>',
    doc: 'The first value, or the second where the first is empty.',
    make: () => (value: unknown, otherwise: unknown) => (isEmpty(value) ? otherwise : value),
  },
  base64: {
    signature: '<s-:s>',
    doc: 'The UTF-8 bytes of a text as base64.',
    make: () => (text: string | undefined) => (text === undefined ? undefined : toBase64(asText(text))),
  },
  unbase64: {
    signature: '<s-:s>',
    doc: 'The text whose UTF-8 bytes a base64 text holds.',
    make: () => (text: string | undefined) => (text === undefined ? undefined : fromBase64(asText(text))),
  },
  hash: {
    signature: '<s-s?s?:s>',
    doc: 'The hash of a text: "sha256" when no function is named, also "md5", "sha1", "sha384", "sha512"; as "hex", "base64" or "base64url".',
    make:
      () =>
      (text: string | undefined, name = 'sha256', encoding = 'hex') =>
        text === undefined ? undefined : hashed(asText(text), name, encoding),
  },
  slugify: {
    signature: '<s-:s>',
    doc: 'Text for an address: "Café Zoë!" becomes "cafe-zoe".',
    make: () => (text: string | undefined) =>
      text
        ?.normalize('NFKD')
        .replaceAll(/\p{M}/gu, '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
        .replaceAll(/^-|-$/g, ''),
  },
  escapeHtml: {
    signature: '<s-:s>',
    doc: 'A text as it is written in HTML, also within quotes: what comes from others adds no tags.',
    make: () => (text: string | undefined) => {
      withinText(text?.length ?? 0);
      return text?.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
    },
  },
  formatDate: {
    signature: '<x-s?s?:s>',
    doc: 'A time (ISO-8601 or milliseconds) in a pattern of yyyy MM dd HH mm ss SSS, in an IANA zone; ISO date and the workflow’s zone when left out.',
    make:
      ({ timezone }) =>
      (time: unknown, pattern = 'yyyy-MM-dd', zone = timezone) =>
        time === undefined ? undefined : formatDate(momentOf(time), pattern, zone),
  },
  startOf: {
    signature: '<xss?:s>',
    doc: 'When the "second", "minute", "hour", "day", "week", "month" or "year" of a time began in an IANA zone, the workflow’s when left out; ISO-8601 in UTC.',
    make:
      ({ timezone }) =>
      (time: unknown, unit: string, zone = timezone) =>
        time === undefined ? undefined : new Date(startOf(momentOf(time), unit, zone)).toISOString(),
  },
  addTime: {
    signature: '<x-ns:s>',
    doc: 'A time moved by a number of "milliseconds", "seconds", "minutes", "hours", "days" or "weeks", as ISO-8601 in UTC.',
    make: () => (time: unknown, amount: number, unit: string) =>
      time === undefined
        ? undefined
        : new Date(validMoment(momentOf(time) + amount * unitOf(unit))).toISOString(),
  },
  diffTime: {
    signature: '<xxs:n>',
    doc: 'How long it is from the first time to the second, in a unit.',
    make: () => (from: unknown, to: unknown, unit: string) =>
      from === undefined || to === undefined ? undefined : (momentOf(to) - momentOf(from)) / unitOf(unit),
  },
  millis: {
    signature: '<:n>',
    doc: 'Milliseconds since 1970 at the moment the node began.',
    make:
      ({ now }) =>
      () =>
        now,
  },
  shuffle: {
    signature: '<a:a>',
    doc: 'A list in random order.',
    make: (scope) => (values: unknown) => (values === undefined ? undefined : shuffled(values, scope)),
  },
  random: {
    signature: '<:n>',
    doc: 'A number from 0 up to, but not including, 1.',
    make: (scope) => () => scope.random(),
  },
};

const UNITS: Readonly<Record<string, number>> = {
  milliseconds: 1,
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};

const unitOf = (unit: string): number => {
  const milliseconds = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (milliseconds !== undefined) return milliseconds;
  throw failed(`A unit of time is one of ${Object.keys(UNITS).join(', ')}; this is ${JSON.stringify(unit)}.`);
};

const momentOf = (time: unknown): number => {
  if (typeof time === 'number') return validMoment(time);
  if (typeof time === 'string') return validMoment(Date.parse(inUtc(time)), time);
  throw failed('A time is ISO-8601 text or a number of milliseconds.');
};

const MAX_MOMENT = 8.64e15;

const validMoment = (moment: number, written: unknown = moment): number => {
  if (Math.abs(moment) <= MAX_MOMENT) return moment;
  throw failed(`${JSON.stringify(written)} is no time: expected ISO-8601 or milliseconds.`);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NodeError('expression.failed', '$parseJson got a text that is no JSON.', { cause });
  }
};

/** The places are drawn from the scope's numbers, so that a node tried again draws the same. */
const shuffled = (values: unknown, scope: ExpressionScope): unknown[] => {
  const result = Array.isArray(values) ? [...values] : [values];
  withinElements(result.length);
  for (let last = result.length - 1; last > 0; last--) {
    const drawn = Math.floor(scope.random() * (last + 1));
    [result[last], result[drawn]] = [result[drawn], result[last]];
  }
  return result;
};

const hashed = async (text: string, name: string, encoding: string): Promise<string> => {
  withinText(text.length);
  const [known, written] = [
    HASHES.find((each) => each === name),
    ENCODINGS.find((each) => each === encoding),
  ];
  if (!known) throw failed(`$hash knows ${HASHES.join(', ')}; this is ${JSON.stringify(name)}.`);
  if (!written) throw failed(`$hash writes ${ENCODINGS.join(', ')}; this is ${JSON.stringify(encoding)}.`);
  return encode(await hash(known, text), written);
};

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw failed('This function takes a text.');
};

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const failed = (message: string): NodeError => new NodeError('expression.failed', message);
