import type { ScheduleRecord } from '../store/schedule-record.ts';
import { nextExecution } from './timing.ts';

/** What the clock behind a schedule must know: a change of these is a new generation. */
const TIMING = ['cronExpression', 'timezone', 'startsAt', 'endsAt', 'isActive', 'deleting'] as const;

/**
 * A changed schedule with what follows from its other columns: whether it fires, when it does next, and its generation.
 * One whose timing is unchanged keeps its next firing, so that none that is due gets lost.
 */
export const settled = (
  before: ScheduleRecord | null,
  after: ScheduleRecord,
  now: number,
): ScheduleRecord => {
  const isActive = after.version !== null && !after.isPaused && !after.deleting;
  const row = { ...after, isActive };
  if (before && TIMING.every((column) => before[column] === row[column])) return row;
  return {
    ...row,
    generation: (before?.generation ?? 0) + 1,
    nextExecution: isActive ? nextExecution(row, now) : null,
  };
};
