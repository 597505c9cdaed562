import type { Platform } from '../platform.ts';
import type { ScheduleRecord } from '../store/schedule-record.ts';
import { unlessGone } from '../unless.ts';

/**
 * Tells the clock what the row says: after every change, and again by the sweep if that failed. Idempotent, and may run beside
 * itself: whoever finds that the row has gone meanwhile takes the clock down again. What could not be done leaves the row as it
 * is, out of line, and is logged. Answers the row there is then; null when it has been removed.
 */
export const bringInLine = async (
  { stores, scheduler, log }: Platform,
  schedule: ScheduleRecord,
): Promise<ScheduleRecord | null> => {
  try {
    if (schedule.deleting) {
      await scheduler.remove(schedule.id);
      await stores.schedules.remove(schedule.id).catch(unlessGone);
      return null;
    }
    await scheduler.put(schedule);
    const now = await stores.schedules.noteInLine(schedule);
    if (!now || now.deleting) await scheduler.remove(schedule.id);
    return now;
  } catch (error) {
    log({ level: 'error', message: 'schedule not in line', scheduleId: schedule.id, error: String(error) });
    return schedule;
  }
};

const MOST_AT_ONCE = 100;

/**
 * For the sweep: brings those in line that are not, for as long as it gets anywhere and the time given has not come. Answers how
 * many it tried.
 */
export const bringAllInLine = async (
  platform: Platform,
  until: number = platform.clock.now(),
): Promise<number> => {
  const { schedules } = platform.stores;
  const tried = new Set<string>();
  for (;;) {
    const ids = await schedules.listOutOfLine(MOST_AT_ONCE);
    const fresh = ids.filter((id) => !tried.has(id));
    for (const schedule of await schedules.read(fresh)) await bringInLine(platform, schedule);
    for (const id of fresh) tried.add(id);
    if (fresh.length < MOST_AT_ONCE || platform.clock.now() >= until) return tried.size;
  }
};
