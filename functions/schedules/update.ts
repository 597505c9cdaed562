import { updateSchedule } from '../../shared/contracts/schedules.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { bringInLine } from '../../shared/schedules/bring-in-line.ts';
import { ownSchedule, refuseBackwards, refuseNodesOwn, viewOf } from './access.ts';

export const update = defineHandler(updateSchedule, async ({ params, body, caller, platform, ifMatch }) => {
  const before = await ownSchedule({ caller, platform }, params.scheduleId);
  refuseNodesOwn(before, 'Change');
  refuseBackwards(body.startsAt ?? before.startsAt, body.endsAt ?? before.endsAt);
  const changed = await platform.stores.schedules.revise(before.id, body, ifMatch ?? undefined);
  const schedule = (await bringInLine(platform, changed)) ?? changed;
  return { body: viewOf(schedule), etag: schedule.revision };
});
