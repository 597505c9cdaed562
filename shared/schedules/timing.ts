import { type Cron, parseCron } from '../../engine/cron/cron.ts';
import { type Occurrence, occurrences } from '../../engine/cron/occurrences.ts';
import { type Zone, zoneNamed } from '../../engine/cron/zone.ts';
import type { ScheduleTiming } from '../store/schedule-record.ts';

type Times = Pick<ScheduleTiming, 'cronExpression' | 'timezone' | 'startsAt' | 'endsAt'>;

/** What a row says, made ready to be counted by. It was checked when it was written. */
export const clockOf = ({ cronExpression, timezone }: Times): { cron: Cron; zone: Zone } => {
  const result = parseCron(cronExpression);
  if ('problem' in result) throw new Error(`The cron expression ${result.problem}.`);
  return { cron: result.cron, zone: zoneNamed(timezone) };
};

/** The times after `after` (milliseconds) and within the schedule's start and end, in order. */
export function* timesOf(times: Times, after: number): Generator<Occurrence> {
  const { cron, zone } = clockOf(times);
  const start = times.startsAt === null ? after : Math.max(after, Date.parse(times.startsAt) - 1);
  const end = times.endsAt === null ? Infinity : Date.parse(times.endsAt);
  for (const occurrence of occurrences(cron, zone, start)) {
    if (occurrence.at > end) return;
    yield occurrence;
  }
}

/** When it fires next after `after` (milliseconds), as ISO-8601; null when never again. */
export const nextExecution = (times: Times, after: number): string | null => {
  for (const { at, dst } of timesOf(times, after)) if (dst !== 'skipped') return new Date(at).toISOString();
  return null;
};
