import { CronExpressionParser } from 'cron-parser';
import { describe, expect, it } from 'vitest';
import { parseCron } from '../../../engine/cron/cron.ts';
import { occurrences } from '../../../engine/cron/occurrences.ts';
import { zoneNamed } from '../../../engine/cron/zone.ts';
import { schedulerExpressions } from '../../../shared/schedules/scheduler-expressions.ts';

const NOW = Date.UTC(2026, 0, 1);

const sentFor = (text: string, timezone = 'Europe/Berlin') => {
  const result = parseCron(text);
  if ('problem' in result) throw new Error(result.problem);
  return schedulerExpressions(result.cron, timezone, NOW);
};

/** What CreateSchedule is sent: expressions of AWS, which count weekdays from 1 for Sunday and want one `?`. */
const TABLE: readonly (readonly [cron: string, ...expressions: string[]])[] = [
  ['30 9 * * *', 'cron(30 9 * * ? *)'],
  ['0 9 * * 1-5', 'cron(0 9 ? * 2-6 *)'],
  ['0 9 * * MON-FRI', 'cron(0 9 ? * 2-6 *)'],
  ['0 9 * * 0', 'cron(0 9 ? * 1 *)'],
  ['0 9 * * 7', 'cron(0 9 ? * 1 *)'],
  ['0 9 * * SUN,SAT', 'cron(0 9 ? * 1,7 *)'],
  ['0 9 * * FRI-SUN', 'cron(0 9 ? * 1,6,7 *)'],
  ['0 0 1 * *', 'cron(0 0 1 * ? *)'],
  ['0 0 L * *', 'cron(0 0 L * ? *)'],
  ['0 0 1,L * *', 'cron(0 0 1 * ? *)', 'cron(0 0 L * ? *)'],
  ['0 0 * * 5L', 'cron(0 0 ? * 6L *)'],
  ['0 0 * * MON#2', 'cron(0 0 ? * 2#2 *)'],
  ['0 0 * * 1#1,1#3', 'cron(0 0 ? * 2#1 *)', 'cron(0 0 ? * 2#3 *)'],
  ['0 9 13 * FRI', 'cron(0 9 13 * ? *)', 'cron(0 9 ? * 6 *)'],
  ['0 9 1 1 *', 'cron(0 9 1 1 ? *)'],
  ['0 9 1 JAN,JUL *', 'cron(0 9 1 1,7 ? *)'],
  ['0 9 1 */3 *', 'cron(0 9 1 1/3 ? *)'],
  ['*/20 8-18 * * *', 'cron(0/20 8-18 * * ? *)'],
  ['5/20 8-18/2 * * *', 'cron(5/20 8,10,12,14,16,18 * * ? *)'],
  ['0,30 6,7 * * *', 'cron(0,30 6,7 * * ? *)'],
  ['1-4,7,9-11 0 * * *', 'cron(1-4,7,9-11 0 * * ? *)'],
  ['0 0 */2 * *', 'cron(0 0 1/2 * ? *)'],
];

describe('what EventBridge Scheduler is sent', () => {
  it.each(TABLE)('for %j', (cron, ...expressions) => {
    expect(sentFor(cron)).toEqual(
      expressions.map((expression) => ({ expression, timezone: 'Europe/Berlin' })),
    );
  });

  it.each([
    ['0 * * * *', 'Europe/Berlin', 'cron(0 * * * ? *)', 'UTC'],
    ['*/5 * * * *', 'America/New_York', 'cron(0/5 * * * ? *)', 'UTC'],
    ['* * * * *', 'UTC', 'cron(* * * * ? *)', 'UTC'],
    // Half an hour from UTC: minute 0 there is minute 30 here.
    ['0 * * * *', 'Asia/Kolkata', 'cron(30 * * * ? *)', 'UTC'],
    ['10,50 * * * *', 'Asia/Kathmandu', 'cron(5,25 * * * ? *)', 'UTC'],
    // Clocks go forward by half an hour: no minute in UTC stays the same.
    ['0 * * * *', 'Australia/Lord_Howe', 'cron(0 * * * ? *)', 'Australia/Lord_Howe'],
    ['0 * * * 1-5', 'Europe/Berlin', 'cron(0 * ? * 2-6 *)', 'Europe/Berlin'],
  ])('for %j in %s goes on evenly when clocks are changed', (cron, zone, expression, timezone) => {
    expect(sentFor(cron, zone)).toEqual([{ expression, timezone }]);
  });

  it('fires, all expressions together, when the cron does', () => {
    for (const [text] of TABLE) {
      const result = parseCron(text);
      if ('problem' in result) throw new Error(result.problem);
      const ours: number[] = [];
      for (const { at } of occurrences(result.cron, zoneNamed('UTC'), NOW)) {
        if (at > NOW + 400 * 86_400_000 || ours.length === 200) break;
        ours.push(at);
      }
      const until = ours.at(-1) ?? 0;
      const theirs = sentFor(text, 'UTC').flatMap(({ expression }) => timesOfAws(expression, until));

      expect([text, [...new Set(theirs)].sort((a, b) => a - b)]).toEqual([text, ours]);
    }
  });

  it('fits into the 256 characters there are, however scattered the values', () => {
    const pairs = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((value) => value % 3 !== 1);
    const [sent] = sentFor(`${pairs(0, 59)} ${pairs(0, 23)} ${pairs(1, 31)} ${pairs(1, 12)} *`);

    expect(sent?.expression.length).toBeLessThanOrEqual(256);
  });
});

/** When an expression of AWS fires, as another library sees it: without the year, and with Sunday as 0. */
const timesOfAws = (expression: string, until: number): number[] => {
  const [minute, hour, dayOfMonth, month, dayOfWeek] =
    /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const weekdays = dayOfWeek?.replaceAll(/(?<![#\d])\d/g, (day) => String(Number(day) - 1));
  const cron = CronExpressionParser.parse([minute, hour, dayOfMonth, month, weekdays].join(' '), {
    currentDate: new Date(NOW),
    endDate: new Date(until),
    tz: 'UTC',
  });
  const times: number[] = [];
  while (cron.hasNext()) times.push(cron.next().getTime());
  return times;
};
