import { everyPage } from '../../shared/every-page.ts';
import type { Platform } from '../../shared/platform.ts';
import { bringAllInLine } from '../../shared/schedules/bring-in-line.ts';
import { comeDue } from '../../shared/schedules/catch-up.ts';
import type { ScheduleRecord } from '../../shared/store/schedule-record.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { makeScheduleTimers, type ScheduleTimers } from './schedule-timers.ts';

const PAGE = 100;

/** The timers of this machine's schedules. `platform` is asked for when the first one fires. */
export const localSchedules = (made: {
  readonly stores: Stores;
  readonly platform: () => Platform;
  readonly log: (entry: object) => void;
}): ScheduleTimers => {
  const timers = makeScheduleTimers({
    active: () => activeSchedules(made.stores),
    read: made.stores.schedules.get,
    fire: (schedule) => comeDue(made.platform(), schedule),
    now: () => made.platform().clock.now(),
    log: made.log,
  });
  return {
    ...timers,
    start: async () => {
      await timers.start();
      await bringAllInLine(made.platform());
    },
  };
};

/** All that will fire, whenever that is. */
const activeSchedules = ({ schedules }: Stores): Promise<ScheduleRecord[]> =>
  everyPage((cursor) => schedules.listDue({ until: '9999', limit: PAGE, caller: 'timers', cursor }));
