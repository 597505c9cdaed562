import { deleteSchedule } from '../../shared/contracts/schedules.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseChanged } from '../../shared/http/preconditions.ts';
import { bringInLine } from '../../shared/schedules/bring-in-line.ts';
import { ownSchedule, refuseNodesOwn } from './access.ts';

export const remove = defineHandler(deleteSchedule, async ({ params, caller, platform, ifMatch }) => {
  const schedule = await ownSchedule({ caller, platform }, params.scheduleId);
  refuseChanged('schedule', schedule.revision, ifMatch);
  refuseNodesOwn(schedule, 'Remove');
  const marked = await platform.stores.workflows.removeSchedule(schedule);
  if (marked) await bringInLine(platform, marked);
  return undefined;
});
