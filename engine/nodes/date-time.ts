import type { DateTime, DateTimeUnit } from 'luxon';
import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';

type Luxon = typeof import('luxon');

/** Units of the calendar and the clock, as luxon names them. */
export const UNITS = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
] as const;
export type Unit = (typeof UNITS)[number];

export const loadLuxon = (): Promise<Luxon> => import('luxon');

/** How a text may say a time when no pattern is given, tried in this order. */
const READERS: readonly ((luxon: Luxon, text: string, zone: string) => DateTime)[] = [
  ({ DateTime: type }, text, zone) => type.fromISO(text, { zone, setZone: false }),
  ({ DateTime: type }, text, zone) => type.fromRFC2822(text, { zone }),
  ({ DateTime: type }, text, zone) => type.fromHTTP(text, { zone }),
  ({ DateTime: type }, text, zone) => type.fromSQL(text, { zone }),
];

/** Numbers below this are seconds since 1970 (until the year 5138), those above milliseconds. */
const FIRST_MILLISECONDS = 100_000_000_000;

/** Throws `date.invalid` for what is no time, `date.zone` for what is no IANA zone. */
export const readTime = (
  luxon: Luxon,
  value: Json | undefined,
  zone: string,
  pattern: string | undefined,
): DateTime => {
  if (!luxon.IANAZone.isValidZone(zone))
    throw new NodeError('date.zone', `${JSON.stringify(zone)} is no IANA time zone such as "Europe/Lisbon".`);
  const found =
    pattern === undefined ? readAny(luxon, value, zone) : readPattern(luxon, value, zone, pattern);
  if (found?.isValid) return found;
  const expected =
    pattern === undefined
      ? 'ISO 8601, RFC 2822, SQL, or seconds or milliseconds since 1970'
      : `the pattern ${pattern}`;
  throw new NodeError(
    'date.invalid',
    `Expected a time as ${expected}, got ${JSON.stringify(value) ?? 'nothing'}.`,
  );
};

const readAny = (luxon: Luxon, value: Json | undefined, zone: string): DateTime | undefined => {
  const number = typeof value === 'string' && /^-?\d{9,}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number')
    return luxon.DateTime.fromMillis(Math.abs(number) < FIRST_MILLISECONDS ? number * 1000 : number, {
      zone,
    });
  if (typeof value !== 'string') return undefined;
  return READERS.map((read) => read(luxon, value.trim(), zone)).find((time) => time.isValid);
};

const readPattern = (
  { DateTime: type }: Luxon,
  value: Json | undefined,
  zone: string,
  pattern: string,
): DateTime => type.fromFormat(String(value), pattern, { zone, locale: 'en' });

export type Output = 'iso' | 'pattern' | 'seconds' | 'milliseconds';

export const writeTime = (time: DateTime, output: Output, pattern: string): Json => {
  if (output === 'pattern') return time.setLocale('en').toFormat(pattern);
  if (output === 'seconds') return Math.floor(time.toMillis() / 1000);
  return output === 'milliseconds' ? time.toMillis() : time.toISO();
};

/** To the start of a unit, the start of the next, or the nearer of both. */
export const roundTime = (time: DateTime, unit: Unit, mode: 'down' | 'up' | 'nearest'): DateTime => {
  const down = time.startOf(unit as DateTimeUnit);
  if (mode === 'down' || down.toMillis() === time.toMillis()) return down;
  const up = down.plus({ [unit]: 1 });
  if (mode === 'up') return up;
  return time.toMillis() - down.toMillis() < up.toMillis() - time.toMillis() ? down : up;
};

/** The parts of a time as a calendar on the wall of its zone shows them. Weeks are those of ISO 8601. */
export const partsOf = (time: DateTime): JsonObject => ({
  year: time.year,
  quarter: time.quarter,
  month: time.month,
  week: time.weekNumber,
  day: time.day,
  weekday: time.weekday,
  hour: time.hour,
  minute: time.minute,
  second: time.second,
  millisecond: time.millisecond,
  offsetMinutes: time.offset,
  isInDaylightSaving: time.isInDST,
});
