import { pauseSchedule, resumeSchedule } from '../../shared/contracts/schedules.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { bringInLine } from '../../shared/schedules/bring-in-line.ts';
import { ownSchedule, viewOf } from './access.ts';

const setPaused = async (
  asked: Parameters<typeof ownSchedule>[0] & { readonly ifMatch: number | null },
  scheduleId: string,
  isPaused: boolean,
) => {
  const { id } = await ownSchedule(asked, scheduleId);
  const { stores } = asked.platform;
  const changed = await stores.schedules.revise(id, { isPaused }, asked.ifMatch ?? undefined);
  const schedule = (await bringInLine(asked.platform, changed)) ?? changed;
  return { body: viewOf(schedule), etag: schedule.revision };
};

export const pause = defineHandler(pauseSchedule, ({ params, ...asked }) =>
  setPaused(asked, params.scheduleId, true),
);

export const resume = defineHandler(resumeSchedule, ({ params, ...asked }) =>
  setPaused(asked, params.scheduleId, false),
);
