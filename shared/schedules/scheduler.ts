import type { ScheduleRecord } from '../store/schedule-record.ts';

/**
 * The clock work behind schedules: EventBridge Scheduler on AWS, timers on one machine. The row is the truth; these bring
 * the clock in line with it and may be repeated at will.
 */
export interface Scheduler {
  /**
   * Makes or replaces what fires for this row; a row that is not active fires nothing. Whatever fires tells the row's id, the
   * generation it was put with, and the planned time (`Firing`).
   */
  put(schedule: ScheduleRecord): Promise<void>;
  /** Also when there is nothing to remove. */
  remove(scheduleId: string): Promise<void>;
}
