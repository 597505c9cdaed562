import { type FieldRule, parseTerm } from './field.ts';

/** A cron expression of five fields as sets of values, sorted. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly days: DayRule;
}

/**
 * When both day fields are restricted a day counts if either fits, as in every Unix cron; else the restricted one decides.
 */
export interface DayRule {
  /** Null when the field is `*`. */
  readonly ofMonth: {
    readonly days: readonly number[];
    /** `L`: the last day of the month. */
    readonly last: boolean;
  } | null;
  /** Null when the field is `*`. 0 is Sunday. */
  readonly ofWeek: {
    readonly days: readonly number[];
    /** `5L`: the last Friday of the month. */
    readonly last: readonly number[];
    /** `1#2`: the second Monday of the month. */
    readonly nth: readonly { readonly day: number; readonly n: number }[];
  } | null;
}

export type CronResult = { readonly cron: Cron } | { readonly problem: string };

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTE: FieldRule = { name: 'minute', min: 0, max: 59, names: [] };
const HOUR: FieldRule = { name: 'hour', min: 0, max: 23, names: [] };
const DAY_OF_MONTH: FieldRule = {
  name: 'day of month',
  min: 1,
  max: 31,
  names: [],
  special: 'L for the last day',
};
const MONTH: FieldRule = { name: 'month', min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: FieldRule = {
  name: 'day of week',
  min: 0,
  max: 6,
  names: WEEKDAYS,
  alsoMin: 7,
  special: '5L for the last Friday, 1#2 for the second Monday',
};

/** Longest that `schedules.cron_expression` holds. */
const MAX_CHARACTERS = 255;
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads "minute hour day-of-month month day-of-week"; says in one sentence what is wrong with anything else. */
export const parseCron = (text: string): CronResult => {
  if (text.length > MAX_CHARACTERS) return { problem: `is longer than ${MAX_CHARACTERS} characters` };
  const fields = text.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields;
  if (fields.length !== 5) return { problem: wrongCount(fields) };
  try {
    const cron: Cron = {
      minutes: plain(minute, MINUTE),
      hours: plain(hour, HOUR),
      months: plain(month, MONTH),
      days: { ofMonth: daysOfMonth(dayOfMonth), ofWeek: daysOfWeek(dayOfWeek) },
    };
    return neverComes(cron)
      ? { problem: 'no month it names has such a day, so it would never fire' }
      : { cron };
  } catch (thrown) {
    if (thrown instanceof CronProblem) return { problem: thrown.message };
    throw thrown;
  }
};

class CronProblem extends Error {
  override readonly name = 'CronProblem';
}

const wrongCount = (fields: readonly string[]): string => {
  const wanted = 'must have five fields: minute, hour, day of month, month, day of week';
  if (fields[0]?.startsWith('@')) return `${wanted}; "${fields[0]}" is none of them`;
  if (fields.length === 6) return `${wanted}; it has 6, and a schedule fires at most once a minute`;
  return `${wanted}; it has ${fields[0] === '' ? 0 : fields.length}`;
};

const plain = (field: string, rule: FieldRule): number[] =>
  sorted(field.split(',').flatMap((term) => valuesOf(term, rule)));

const valuesOf = (term: string, rule: FieldRule): readonly number[] => {
  const result = parseTerm(term, rule);
  if ('problem' in result) throw new CronProblem(result.problem);
  return result.values;
};

const isAny = (field: string): boolean => field === '*' || field === '?' || field === '*/1';

const daysOfMonth = (field: string): DayRule['ofMonth'] => {
  if (isAny(field)) return null;
  const terms = field.split(',');
  const days = terms.filter((term) => !isLast(term)).flatMap((term) => valuesOf(term, DAY_OF_MONTH));
  return { days: sorted(days), last: terms.some(isLast) };
};

const isLast = (term: string): boolean => term.toUpperCase() === 'L';

const daysOfWeek = (field: string): DayRule['ofWeek'] => {
  if (isAny(field)) return null;
  const days: number[] = [];
  const last: number[] = [];
  const nth: { day: number; n: number }[] = [];
  for (const term of field.split(',')) {
    const ofLast = /^(\w+)L$/i.exec(term)?.[1];
    const [, ofNth, n] = /^(\w+)#([1-5])$/.exec(term) ?? [];
    if (ofLast !== undefined && isWeekday(ofLast)) last.push(weekday(ofLast));
    else if (ofNth !== undefined) nth.push({ day: weekday(ofNth), n: Number(n) });
    else days.push(...valuesOf(term, DAY_OF_WEEK));
  }
  return { days: sorted(days), last: sorted(last), nth };
};

const isWeekday = (text: string): boolean => 'values' in parseTerm(text, DAY_OF_WEEK);
const weekday = (text: string): number => valuesOf(text, DAY_OF_WEEK)[0] ?? 0;

const sorted = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** As "30 February": the only way a well-formed expression can be empty. */
const neverComes = ({ months, days: { ofMonth, ofWeek } }: Cron): boolean => {
  if (ofMonth === null || ofMonth.last || ofWeek !== null) return false;
  return months.every((month) => ofMonth.days.every((day) => day > (LONGEST_MONTH[month - 1] ?? 31)));
};
