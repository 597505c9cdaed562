import { getSchedule } from '../../shared/contracts/schedules.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownSchedule, viewOf } from './access.ts';

export const get = defineHandler(getSchedule, async ({ params, caller, platform }) => {
  const schedule = await ownSchedule({ caller, platform }, params.scheduleId);
  return { body: viewOf(schedule), etag: schedule.revision };
});
