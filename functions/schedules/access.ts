import type { Caller } from '../../shared/auth/caller.ts';
import { canWrite, notFound } from '../../shared/auth/visibility.ts';
import { AppError } from '../../shared/errors.ts';
import type { Platform } from '../../shared/platform.ts';
import { isInLine } from '../../shared/schedules/in-line.ts';
import type { ScheduleRecord } from '../../shared/store/schedule-record.ts';

/** A schedule of the caller's. One that is being removed is not there. */
export const ownSchedule = async (
  { caller, platform }: { readonly caller: Caller; readonly platform: Platform },
  scheduleId: string,
): Promise<ScheduleRecord> => {
  const schedule = await platform.stores.schedules.get(scheduleId);
  if (!schedule || schedule.deleting || !canWrite(caller, schedule)) throw notFound('schedule');
  return schedule;
};

export const viewOf = (schedule: ScheduleRecord) => ({
  ...schedule,
  madeBy: schedule.position === null ? ('resource' as const) : ('node' as const),
  inLine: isInLine(schedule),
});

export const refuseNodesOwn = ({ position }: ScheduleRecord, what: string): void => {
  if (position === null) return;
  const message = `It comes from its trigger node. ${what} the node and publish, or pause the schedule.`;
  throw new AppError('resource.conflict', message);
};

/** Throws where it would end before it begins. */
export const refuseBackwards = (startsAt: string | null, endsAt: string | null): void => {
  if (startsAt === null || endsAt === null || endsAt > startsAt) return;
  throw new AppError('request.invalid', 'endsAt must be later than startsAt.', {
    errors: [{ pointer: '/endsAt', message: 'must be later than startsAt' }],
  });
};
