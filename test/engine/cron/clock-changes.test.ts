import { CronExpressionParser } from 'cron-parser';
import { Cron as Croner } from 'croner';
import { describe, expect, it } from 'vitest';
import { parseCron } from '../../../engine/cron/cron.ts';
import { nextMoment, type Occurrence, occurrences } from '../../../engine/cron/occurrences.ts';
import { zoneNamed } from '../../../engine/cron/zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const read = (text: string) => {
  const result = parseCron(text);
  if ('problem' in result) throw new Error(result.problem);
  return result.cron;
};

const between = (text: string, zone: string, from: number, until: number): Occurrence[] => {
  const found: Occurrence[] = [];
  for (const occurrence of occurrences(read(text), zoneNamed(zone), from)) {
    if (occurrence.at > until) return found;
    found.push(occurrence);
  }
  return found;
};

/** Days on which clocks were, or will be, put forward and back: by one hour, by half an hour, north and south, at midnight. */
const CHANGES: readonly (readonly [zone: string, forward: string, back: string])[] = [
  ['Europe/Berlin', '2026-03-29', '2026-10-25'],
  ['Europe/London', '2026-03-29', '2026-10-25'],
  ['America/New_York', '2026-03-08', '2026-11-01'],
  ['America/Los_Angeles', '2026-03-08', '2026-11-01'],
  ['America/St_Johns', '2026-03-08', '2026-11-01'],
  ['Australia/Sydney', '2026-10-04', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04', '2026-04-05'],
  ['Pacific/Auckland', '2026-09-27', '2026-04-05'],
  ['America/Santiago', '2026-09-06', '2026-04-05'],
  ['Asia/Beirut', '2026-03-29', '2026-10-25'],
  ['Pacific/Chatham', '2026-09-27', '2026-04-05'],
  ['UTC', '2026-03-29', '2026-10-25'],
  ['Asia/Kolkata', '2026-03-29', '2026-10-25'],
];

const CRONS: Readonly<Record<string, string>> = {
  daily: '0 9 * * *',
  'daily in the night': '30 2 * * *',
  'daily at midnight': '0 0 * * *',
  hourly: '0 * * * *',
  'every twenty minutes': '*/20 * * * *',
  weekdays: '15 7 * * 1-5',
  'Sundays in the night': '45 1 * * 0',
  'the end of the month': '0 18 L * *',
  'the first of the month': '0 0 1 * *',
};

/** What another library makes of it. It moves times that are skipped, or fires twice for those that are repeated, on that day. */
const croner = (text: string, zone: string, from: number, until: number): number[] => {
  const times: number[] = [];
  const cron = new Croner(text, { timezone: zone });
  for (let next = cron.nextRun(new Date(from)); next && next.getTime() <= until; next = cron.nextRun(next))
    times.push(next.getTime());
  return times;
};
const cronParser = (text: string, zone: string, from: number, until: number): number[] => {
  const cron = CronExpressionParser.parse(text, { currentDate: new Date(from), tz: zone });
  const times: number[] = [];
  for (let next = cron.next().getTime(); next <= until; next = cron.next().getTime()) times.push(next);
  return times;
};

describe.each(CHANGES)('in %s', (zone, ...days) => {
  const rows = days.flatMap((day) => Object.entries(CRONS).map(([name, text]) => [name, day, text] as const));

  it.each(rows)('%s around %s agrees with two other libraries', (_name, day, text) => {
    const from = Date.parse(`${day}T00:00:00Z`) - 3 * DAY;
    const until = from + (/^\S+ \S+ (L|1) /.test(text) ? 40 : 6) * DAY;
    const ours = between(text, zone, from, until);
    // Where clocks are changed, what fires is a choice: ours is that of AWS, and has a test of its own.
    const chosen = ours.filter(({ dst }) => dst !== null).map(({ at }) => at);
    const isClear = (at: number) => chosen.every((each) => Math.abs(each - at) > 2 * HOUR);
    const clear = ours.filter(({ at }) => isClear(at)).map(({ at }) => at);

    // cron-parser finds no way through half an hour.
    if (zone !== 'Australia/Lord_Howe')
      expect(clear).toEqual(cronParser(text, zone, from, until).filter(isClear));
    expect(clear).toEqual(croner(text, zone, from, until).filter(isClear));
  });
});

describe('a time that clocks are put forward over', () => {
  it.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-29'],
    ['America/New_York', '30 2 * * *', '2026-03-08'],
    ['America/Santiago', '0 0 * * *', '2026-09-06'],
    ['Asia/Beirut', '30 0 * * *', '2026-03-29'],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-04'],
  ])('in %s at %j is marked, and nothing fires', (zone, text, day) => {
    const from = Date.parse(`${day}T00:00:00Z`) - 1.5 * DAY;
    const marked = between(text, zone, from, from + 4 * DAY);
    const skipped = marked.filter(({ dst }) => dst === 'skipped');

    expect(skipped.map(({ wall }) => new Date(wall).toISOString().slice(0, 10))).toEqual([day]);
    const after = nextMoment(read(text), zoneNamed(zone), (skipped[0]?.at ?? 0) - 2 * HOUR);
    expect(new Date(zoneNamed(zone).wallAt(after ?? 0)).toISOString().slice(0, 10) > day).toBe(true);
  });
});

describe('a time that clocks show twice', () => {
  it.each([
    ['Europe/Berlin', '30 2 * * *', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '30 1 * * *', '2026-11-01T05:30:00.000Z'],
    ['Australia/Sydney', '30 2 * * *', '2026-04-04T15:30:00.000Z'],
    ['America/New_York', '*/30 1 * * *', '2026-11-01T05:00:00.000Z'],
  ])('in %s at %j is marked, and fires the first time', (zone, text, first) => {
    const found = between(text, zone, Date.parse(first) - HOUR, Date.parse(first) + 12 * HOUR);

    expect(found[0]).toMatchObject({ at: Date.parse(first), dst: 'repeated' });
    expect(new Set(found.map(({ wall }) => wall)).size).toBe(found.length);
  });
});

describe('what counts within the hour only', () => {
  it.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham'])(
    'goes on evenly in %s while clocks are changed',
    (zone) => {
      const times = between('0 * * * *', zone, Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1));

      expect(times).toHaveLength(365 * 24);
      expect(times.every(({ at }, index) => index === 0 || at - (times[index - 1]?.at ?? 0) === HOUR)).toBe(
        true,
      );
      expect(times.every(({ dst }) => dst === null)).toBe(true);
    },
  );
});

describe('a rare time', () => {
  it.each([
    ['0 0 29 2 *', '2026-03-01', '2028-02-29T00:00:00.000Z'],
    ['0 0 29 2 *', '2096-03-01', '2104-02-29T00:00:00.000Z'],
    ['0 0 * 2 1#5', '2026-01-01', '2044-02-29T00:00:00.000Z'],
    ['0 0 31 12 *', '2026-12-31T00:00:00Z', '2027-12-31T00:00:00.000Z'],
  ])('%j after %s comes', (text, after, expected) => {
    expect(new Date(nextMoment(read(text), zoneNamed('UTC'), Date.parse(after)) ?? 0).toISOString()).toBe(
      expected,
    );
  });
});
