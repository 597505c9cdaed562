import type { Scheduler } from '../../shared/schedules/scheduler.ts';
import type { ScheduleRecord } from '../../shared/store/schedule-record.ts';

export interface ScheduleTimersOptions {
  /** Every active schedule, as the store knows them. */
  readonly active: () => Promise<readonly ScheduleRecord[]>;
  readonly read: (scheduleId: string) => Promise<ScheduleRecord | null>;
  /** Lets a schedule fire whose time has come, or catches up with what it has missed; moves its row on. */
  readonly fire: (schedule: ScheduleRecord) => Promise<void>;
  readonly now: () => number;
  readonly log: (entry: object) => void;
}

export interface ScheduleTimers extends Scheduler {
  /** Takes up what the rows say; what was to fire meanwhile does so at once. */
  start(): Promise<void>;
  stop(): void;
}

/** The clock of the machine may be set, and a laptop sleeps: nobody relies on a timer for longer than this. */
const LONGEST_MILLISECONDS = 30_000;
const RETRY_MILLISECONDS = 5_000;

/** The clock behind schedules on one machine. The rows hold when each fires next, so that nothing is lost with the process. */
export const makeScheduleTimers = (options: ScheduleTimersOptions): ScheduleTimers => {
  const due = new Map<string, number>();
  const firing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const arm = (): void => {
    clearTimeout(timer);
    // One that fires arms anew when it is done.
    const waiting = [...due].flatMap(([id, at]) => (firing.has(id) ? [] : [at]));
    if (stopped || waiting.length === 0) return;
    const earliest = Math.min(...waiting);
    const delay = Math.min(Math.max(earliest - options.now(), 0), LONGEST_MILLISECONDS);
    timer = setTimeout(tick, delay);
  };

  const note = (schedule: ScheduleRecord | null, id: string): void => {
    if (schedule?.isActive && schedule.nextExecution !== null)
      due.set(id, Date.parse(schedule.nextExecution));
    else due.delete(id);
  };

  const tick = (): void => {
    const now = options.now();
    for (const [id, at] of due) {
      if (at > now || firing.has(id)) continue;
      due.delete(id);
      firing.add(id);
      void attend(id).finally(() => {
        firing.delete(id);
        arm();
      });
    }
    arm();
  };

  /** Reads the row anew: it, and not the timer, says whether it is time. */
  const attend = async (id: string): Promise<void> => {
    try {
      const before = await options.read(id);
      const isDue = before?.nextExecution && Date.parse(before.nextExecution) <= options.now();
      if (!before?.isActive || !isDue) return note(before, id);
      await options.fire(before);
      const after = await options.read(id);
      const moved = after?.nextExecution !== before.nextExecution || after?.generation !== before.generation;
      if (moved) note(after, id);
      else due.set(id, options.now() + RETRY_MILLISECONDS);
    } catch (error) {
      if (stopped) return;
      options.log({ level: 'error', message: 'schedule did not fire', scheduleId: id, error: String(error) });
      due.set(id, options.now() + RETRY_MILLISECONDS);
    }
  };

  return {
    put: async (schedule) => {
      note(schedule, schedule.id);
      arm();
    },
    remove: async (scheduleId) => {
      due.delete(scheduleId);
      arm();
    },
    start: async () => {
      for (const schedule of await options.active()) note(schedule, schedule.id);
      arm();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      due.clear();
    },
  };
};
