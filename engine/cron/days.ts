import type { Cron } from './cron.ts';

const DAY = 86_400_000;

/** Whether a cron's days hold this one. `day` is a date's midnight as if in UTC. */
export const holdsDay = ({ months, days: { ofMonth, ofWeek } }: Cron, day: number): boolean => {
  const date = new Date(day);
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  if (ofMonth === null && ofWeek === null) return true;
  return (ofMonth !== null && holdsDate(ofMonth, date)) || (ofWeek !== null && holdsWeekday(ofWeek, date));
};

const holdsDate = ({ days, last }: NonNullable<Cron['days']['ofMonth']>, date: Date): boolean =>
  days.includes(date.getUTCDate()) || (last && monthAfter(date, 1) !== date.getUTCMonth());

const holdsWeekday = ({ days, last, nth }: NonNullable<Cron['days']['ofWeek']>, date: Date): boolean => {
  const weekday = date.getUTCDay();
  const week = Math.ceil(date.getUTCDate() / 7);
  return (
    days.includes(weekday) ||
    (last.includes(weekday) && monthAfter(date, 7) !== date.getUTCMonth()) ||
    nth.some(({ day, n }) => day === weekday && n === week)
  );
};

const monthAfter = (date: Date, days: number): number => new Date(date.getTime() + days * DAY).getUTCMonth();
