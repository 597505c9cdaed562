import { describe, expect, it } from 'vitest';
import { parseCron } from '../../../engine/cron/cron.ts';

const valuesOf = (text: string) => {
  const result = parseCron(text);
  if ('problem' in result) throw new Error(result.problem);
  return result.cron;
};
const problemOf = (text: string) => {
  const result = parseCron(text);
  return 'problem' in result ? result.problem : null;
};

describe('a cron expression', () => {
  it.each([
    ['5 4 * * *', { minutes: [5], hours: [4], days: { ofMonth: null, ofWeek: null } }],
    ['*/15 0-6/3 * * *', { minutes: [0, 15, 30, 45], hours: [0, 3, 6] }],
    ['50/5 1,1,2 * * *', { minutes: [50, 55], hours: [1, 2] }],
    ['0 0 1,15 jan,JUN-aug *', { months: [1, 6, 7, 8], days: { ofMonth: { days: [1, 15], last: false } } }],
    ['0 0 L * *', { days: { ofMonth: { days: [], last: true }, ofWeek: null } }],
    ['0 0 15,L * ?', { days: { ofMonth: { days: [15], last: true }, ofWeek: null } }],
    ['0 0 * * 7', { days: { ofWeek: { days: [0] } } }],
    ['0 0 * * MON-FRI', { days: { ofWeek: { days: [1, 2, 3, 4, 5] } } }],
    ['0 0 * * FRI-SUN', { days: { ofWeek: { days: [0, 5, 6] } } }],
    ['0 0 * * 5-7', { days: { ofWeek: { days: [0, 5, 6] } } }],
    ['0 0 * * SUN-SUN', { days: { ofWeek: { days: [0] } } }],
    ['0 0 * * 5L,1#2', { days: { ofWeek: { days: [], last: [5], nth: [{ day: 1, n: 2 }] } } }],
    ['  0   0 * * * ', { minutes: [0], hours: [0] }],
  ])('%j says when', (text, expected) => {
    expect(valuesOf(text)).toMatchObject(expected);
  });

  it.each([
    ['', 'five fields'],
    ['* * * *', 'it has 4'],
    ['* * * * * *', 'it has 6, and a schedule fires at most once a minute'],
    ['@daily', '"@daily" is none of them'],
    ['60 * * * *', 'minute: "60"'],
    ['* 24 * * *', 'hour: "24"'],
    ['* * 0 * *', 'day of month: "0"'],
    ['* * * 13 *', 'month: "13" is none of *, a number from 1 to 12 or JAN–DEC'],
    ['* * * * 8', 'day of week: "8" is none of *, a number from 0 to 6 or SUN–SAT'],
    ['*/0 * * * *', 'the step of "*/0" must be from 1 to 59'],
    ['*/60 * * * *', 'the step of "*/60" must be from 1 to 59'],
    ['30-10 * * * *', 'the range "30-10" ends before it begins'],
    ['1,,2 * * * *', 'minute: ""'],
    ['*-5 * * * *', 'minute: "*-5"'],
    ['-1 * * * *', 'minute: "-1"'],
    ['0 0 15W * *', 'day of month: "15W"'],
    ['0 0 * * MON#6', 'day of week: "MON#6"'],
    ['0 0 30 2 *', 'it would never fire'],
    ['0 0 31 4,6,9,11 *', 'it would never fire'],
    [`0 0 * * ${'1,'.repeat(200)}1`, 'longer than 255'],
  ])('%j is refused, and why', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it('with the 30th of February or a Monday fires on Mondays', () => {
    expect(problemOf('0 0 30 2 1')).toBeNull();
  });
});
