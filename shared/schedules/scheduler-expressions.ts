import type { Cron } from '../../engine/cron/cron.ts';
import { everyHour, minuteShift } from '../../engine/cron/occurrences.ts';
import { zoneNamed } from '../../engine/cron/zone.ts';

/** What `CreateSchedule` of EventBridge Scheduler is sent as ScheduleExpression and ScheduleExpressionTimezone. */
export interface SchedulerExpression {
  readonly expression: string;
  readonly timezone: string;
}

/**
 * The expressions that together fire exactly when a cron does. There are several where AWS takes one rule for days only:
 * where days of the month and of the week are both restricted, either counts, and so does each `L` and `#`. Times that two of
 * them share are one firing, as firings are told apart by their planned time.
 * `at` (milliseconds) is when they are made: what clocks do from then on decides.
 */
export const schedulerExpressions = (cron: Cron, timezone: string, at: number): SchedulerExpression[] => {
  const shift = everyHour(cron) ? minuteShift(zoneNamed(timezone), at) : null;
  // AWS fires once for an hour that clocks show twice. What counts within the hour only goes on evenly in UTC.
  if (shift !== null) {
    const minutes = cron.minutes.map((minute) => (minute - shift + 60) % 60).sort((a, b) => a - b);
    return [{ expression: `cron(${compact(minutes, 0, 59)} * * * ? *)`, timezone: 'UTC' }];
  }
  const time = `${compact(cron.minutes, 0, 59)} ${compact(cron.hours, 0, 23)}`;
  const month = compact(cron.months, 1, 12);
  return dayFields(cron).map(([ofMonth, ofWeek]) => ({
    expression: `cron(${time} ${ofMonth} ${month} ${ofWeek} *)`,
    timezone,
  }));
};

/** Pairs of day-of-month and day-of-week, of which AWS wants exactly one to be `?`. */
const dayFields = ({ days: { ofMonth, ofWeek } }: Cron): [string, string][] => {
  if (ofMonth === null && ofWeek === null) return [['*', '?']];
  const byMonth = [
    ...(ofMonth && ofMonth.days.length > 0 ? [compact(ofMonth.days, 1, 31)] : []),
    ...(ofMonth?.last ? ['L'] : []),
  ];
  const byWeek = [
    ...(ofWeek && ofWeek.days.length > 0 ? [compact(ofWeek.days.map(weekday), 1, 7)] : []),
    ...(ofWeek?.last ?? []).map((day) => `${weekday(day)}L`),
    ...(ofWeek?.nth ?? []).map(({ day, n }) => `${weekday(day)}#${n}`),
  ];
  return [
    ...byMonth.map((each): [string, string] => [each, '?']),
    ...byWeek.map((each): [string, string] => ['?', each]),
  ];
};

/** AWS counts from 1, which is Sunday. */
const weekday = (day: number): number => day + 1;

/** Sorted values as AWS writes them: `*`, `0/15`, or numbers and ranges. */
const compact = (values: readonly number[], min: number, max: number): string => {
  const [first = min, second = min] = values;
  if (values.length === max - min + 1) return '*';
  const step = second - first;
  const stepped =
    values.length > 2 && step > 1 && values.every((value, index) => value === first + index * step);
  if (stepped && (values.at(-1) ?? 0) + step > max) return `${first}/${step}`;
  return rangesOf(values)
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`))
    .join(',');
};

const rangesOf = (values: readonly number[]): [from: number, to: number][] => {
  const ranges: [number, number][] = [];
  for (const value of values) {
    const last = ranges.at(-1);
    if (last && value === last[1] + 1) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges;
};
