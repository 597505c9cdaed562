import type { Platform } from '../platform.ts';
import type { ScheduleRecord } from '../store/schedule-record.ts';
import { fireSchedule, ON_TIME_MILLISECONDS } from './fire.ts';
import { nextExecution, timesOf } from './timing.ts';

/** For a clock that keeps no queue: lets a schedule fire whose time has come, or makes up for what it has missed. */
export const comeDue = async (platform: Platform, schedule: ScheduleRecord): Promise<void> => {
  const { id, generation, nextExecution: plannedTime } = schedule;
  if (plannedTime === null) return;
  if (platform.clock.now() - Date.parse(plannedTime) > ON_TIME_MILLISECONDS)
    return catchUp(platform, schedule);
  await fireSchedule(platform, { scheduleId: id, generation, plannedTime });
};

/**
 * What becomes of the firings of a schedule that were missed. `skip` leaves them all out, `once`
 * fires the last of them. Both move the row on to what is still on time.
 */
const catchUp = async (platform: Platform, schedule: ScheduleRecord): Promise<void> => {
  const now = platform.clock.now();
  const missed = schedule.catchUp === 'once' ? lastMissed(schedule, now) : null;
  if (missed === null) {
    const next = nextExecution(schedule, now - ON_TIME_MILLISECONDS);
    await platform.stores.schedules.noteFiring(schedule, { nextExecution: next });
    return;
  }
  await fireSchedule(platform, {
    scheduleId: schedule.id,
    generation: schedule.generation,
    plannedTime: new Date(missed).toISOString(),
  });
};

const DAY = 86_400_000;

/** Looks back a day first, as counting every minute of a month of downtime takes long. */
const lastMissed = (schedule: ScheduleRecord, now: number): number | null => {
  const first = Date.parse(schedule.nextExecution ?? '');
  const from = Math.max(first - 1, now - DAY);
  const found = lastBetween(schedule, from, now);
  return found ?? lastBetween(schedule, first - 1, from);
};

const lastBetween = (schedule: ScheduleRecord, after: number, until: number): number | null => {
  let last: number | null = null;
  for (const { at, dst } of timesOf(schedule, after)) {
    if (at > until) break;
    if (dst !== 'skipped') last = at;
  }
  return last;
};
