import { everyPage } from '../every-page.ts';
import type { Platform } from '../platform.ts';
import { nextExecution } from './timing.ts';

const PAGE = 100;

/**
 * Sees whether the clocks called `name` are those that the rows were brought in line with. They are not where the application
 * was removed and deployed again, which leaves the rows and makes new clocks, nor where a table was restored and its rows are
 * older than the clocks. All that shall fire is out of line then, and the sweep tells the clocks.
 */
export const noticeNewClocks = async ({ stores, clock, log }: Platform, name: string): Promise<void> => {
  const { settings, schedules } = stores;
  if ((await settings.clocks()) === name) return;
  const active = await everyPage((cursor) =>
    schedules.listDue({ until: '9999', limit: PAGE, caller: 'sweep', cursor }),
  );
  for (const row of active) await schedules.doubt(row.id, nextExecution(row, clock.now()));
  // Last: whoever is cut short begins anew.
  await settings.noteClocks(name);
  log({ message: 'new clocks', name, schedules: active.length });
};
