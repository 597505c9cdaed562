import { zoneNamed } from '../../engine/cron/zone.ts';
import type { Item } from '../../engine/item.ts';
import { accept } from '../executions/accept.ts';
import type { Platform } from '../platform.ts';
import type { ScheduleRecord } from '../store/schedule-record.ts';
import { nextExecution } from './timing.ts';

/** What the clock behind a schedule says when it fires. */
export interface Firing {
  readonly scheduleId: string;
  /** That of the row when the clock was set. */
  readonly generation: number;
  /** ISO-8601; when it was to fire, however late that is. */
  readonly plannedTime: string;
}

export type FiringOutcome =
  | { readonly kind: 'started'; readonly executionId: string }
  /** The same planned time has fired before. */
  | { readonly kind: 'repeated'; readonly executionId: string }
  /** The execution before still runs, and the schedule is not to overlap. */
  | { readonly kind: 'overlapped'; readonly executionId: string }
  /** The schedule is not what it was when the clock was set. */
  | { readonly kind: 'dropped' };

/** Later than this a firing no longer counts as on time: the next one is counted from now. */
export const ON_TIME_MILLISECONDS = 60_000;

/**
 * Lets a schedule start its workflow. May be called any number of times, at once and in any order: there is one
 * execution for a planned time. Rejects when it could not be stored; the same firing can then be tried again.
 */
export const fireSchedule = async (platform: Platform, firing: Firing): Promise<FiringOutcome> => {
  const schedule = await platform.stores.schedules.get(firing.scheduleId);
  const planned = new Date(firing.plannedTime).toISOString();
  if (!schedule || !isMeant(schedule, firing.generation, planned)) return { kind: 'dropped' };
  const running = await overlapping(platform, schedule, planned);
  if (running !== null) {
    await noteFiring(platform, schedule, planned, null);
    return { kind: 'overlapped', executionId: running };
  }
  const { record, created } = await accept(platform, {
    workflow: { id: schedule.workflowId, createdBy: schedule.createdBy },
    version: { id: schedule.workflowVersionId ?? '', version: schedule.version ?? 0 },
    triggerNodeId: schedule.nodeId,
    triggerType: 'scheduled',
    triggerDetail: `${schedule.id} ${planned}`,
    items: [itemOf(schedule, planned)],
    mode: 'production',
    lifetime: schedule.lifetime,
    hops: undefined,
    delivery: { source: schedule.id, key: planned },
  });
  await noteFiring(platform, schedule, planned, record.id);
  await platform.orchestrator.poke(record.id);
  return { kind: created ? 'started' : 'repeated', executionId: record.id };
};

const isMeant = (schedule: ScheduleRecord, generation: number, planned: string): boolean =>
  schedule.isActive &&
  schedule.generation === generation &&
  planned >= (schedule.startsAt ?? '') &&
  (schedule.endsAt === null || planned <= schedule.endsAt);

/** The execution that is in the way; null when there is none. */
const overlapping = async (
  { stores }: Platform,
  { overlap, lastExecution, lastExecutionId }: ScheduleRecord,
  planned: string,
): Promise<string | null> => {
  if (overlap === 'allow' || lastExecutionId === null || lastExecution === planned) return null;
  const last = await stores.executions.get(lastExecutionId);
  return last && last.finishedAt === null ? last.id : null;
};

/** Firings may come out of order: only one later than the last moves the row on. */
const noteFiring = async (
  { stores, clock }: Platform,
  schedule: ScheduleRecord,
  planned: string,
  executionId: string | null,
): Promise<void> => {
  const after = Math.max(Date.parse(planned), clock.now() - ON_TIME_MILLISECONDS);
  const next = nextExecution(schedule, after);
  await stores.schedules.noteFiring(schedule, {
    ...(executionId === null ? {} : { lastExecution: planned, lastExecutionId: executionId }),
    nextExecution: next,
  });
};

const itemOf = ({ id, cronExpression, timezone }: ScheduleRecord, plannedTime: string): Item => ({
  json: {
    scheduleId: id,
    plannedTime,
    localTime: localTime(plannedTime, timezone),
    timezone,
    cronExpression,
  },
});

/** What the clocks of the zone show: `2026-03-29T09:00`. */
const localTime = (moment: string, timezone: string): string =>
  new Date(zoneNamed(timezone).wallAt(Date.parse(moment))).toISOString().slice(0, 16);
