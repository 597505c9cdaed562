import { patternProblem } from '../date-pattern.ts';
import { NodeError } from '../errors.ts';

const PARTS: Readonly<Record<string, Intl.DateTimeFormatPartTypes>> = {
  yyyy: 'year',
  MM: 'month',
  dd: 'day',
  HH: 'hour',
  mm: 'minute',
  ss: 'second',
  SSS: 'fractionalSecond',
};

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\dT[\d:.]+$/;

/** ISO-8601 that says no zone is in UTC, wherever the machine stands. */
export const inUtc = (time: string): string => (WITHOUT_ZONE.test(time) ? `${time}Z` : time);

/** A moment (milliseconds) in a pattern of `yyyy MM dd HH mm ss SSS`. */
export const formatDate = (moment: number, pattern: string, timeZone: string): string => {
  const problem = patternProblem(pattern);
  if (problem !== undefined) throw new NodeError('expression.failed', `The pattern ${problem}.`);
  const parts = partsOf(moment, timeZone);
  return pattern.replaceAll(
    /yyyy|MM|dd|HH|mm|SSS|ss/g,
    (token) => parts.get(PARTS[token] ?? 'literal') ?? token,
  );
};

const partsOf = (moment: number, timeZone: string): ReadonlyMap<string, string> => {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    });
    return new Map(format.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
  } catch (cause) {
    throw new NodeError('expression.failed', `${JSON.stringify(timeZone)} is no IANA time zone.`, { cause });
  }
};

/** What a clock on the wall shows, as if it hung in UTC. */
const wallClock = (moment: number, timeZone: string): number => {
  const parts = partsOf(moment, timeZone);
  const part = (name: string) => Number(parts.get(name));
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
    part('fractionalSecond'),
  );
};

/** The moment when a clock on the wall shows `wall`. Asked twice: the offset may differ between the guess and the answer. */
const momentWhen = (wall: number, timeZone: string): number => {
  const guess = wall - (wallClock(wall, timeZone) - wall);
  return wall - (wallClock(guess, timeZone) - guess);
};

const DAY = 86_400_000;

/** Where each unit of the calendar begins on the wall. */
const CALENDAR: Readonly<Record<string, (wall: Date) => number>> = {
  day: (wall) => Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()),
  week: (wall) =>
    Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()) -
    ((wall.getUTCDay() + 6) % 7) * DAY,
  month: (wall) => Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth()),
  year: (wall) => Date.UTC(wall.getUTCFullYear(), 0),
};

/** Units shorter than any change of a zone's offset: counted back from the moment, so an hour that comes twice stays apart. */
const CLOCK: Readonly<Record<string, number>> = { hour: 3_600_000, minute: 60_000, second: 1_000 };

/** When the unit began that the moment lies in, in a zone. Weeks begin on Monday. */
export const startOf = (moment: number, unit: string, timeZone: string): number => {
  const wall = wallClock(moment, timeZone);
  const length = Object.hasOwn(CLOCK, unit) ? CLOCK[unit] : undefined;
  if (length !== undefined) return moment - (((wall % length) + length) % length);
  const begin = Object.hasOwn(CALENDAR, unit) ? CALENDAR[unit] : undefined;
  if (begin) return momentWhen(begin(new Date(wall)), timeZone);
  const units = [...Object.keys(CLOCK), ...Object.keys(CALENDAR)].join(', ');
  throw new NodeError(
    'expression.failed',
    `$startOf takes one of ${units}; this is ${JSON.stringify(unit)}.`,
  );
};
