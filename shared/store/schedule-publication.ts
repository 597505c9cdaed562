import type { ScheduleRecord, ScheduleTiming } from './schedule-record.ts';
import type { NewSchedule } from './schedules.ts';

/** What a trigger node asks for, for one of its expressions. */
export interface WantedSchedule extends ScheduleTiming {
  readonly nodeId: string;
  readonly position: number;
}

interface Target {
  readonly workflowId: string;
  readonly ownerId: string;
  readonly workflowVersionId: string;
  readonly version: number;
  readonly lifetime: ScheduleRecord['lifetime'];
}

/**
 * What becomes of a workflow's schedules when a version is published. The n-th expression of a node keeps its row, paused
 * or not; one that is no longer wanted is on its way out; those made through their own resource go with their node.
 */
export const planSchedules = (
  known: readonly ScheduleRecord[],
  wanted: readonly WantedSchedule[],
  { workflowId, ownerId, workflowVersionId, version, lifetime }: Target,
): { readonly before: ScheduleRecord | null; readonly columns: NewSchedule }[] => {
  const started = { workflowId, createdBy: ownerId, workflowVersionId, version, lifetime };
  const stopped = { workflowId, createdBy: ownerId, workflowVersionId: null, version: null };
  return [
    ...wanted.map((schedule) => ({
      before: known.find((row) => isSame(row, schedule)) ?? null,
      columns: { ...schedule, ...started },
    })),
    ...known
      .filter((row) => !wanted.some((schedule) => isSame(row, schedule)))
      .map((row) => {
        const hasNode = wanted.some(({ nodeId }) => nodeId === row.nodeId);
        const ofNode = row.position !== null;
        return {
          before: row,
          columns: {
            ...row,
            ...(hasNode && !ofNode ? started : stopped),
            ...(ofNode ? { deleting: true } : {}),
          },
        };
      }),
  ];
};

/** How many more there are afterwards; below zero: how many fewer. */
export const growthBy = (known: readonly ScheduleRecord[], wanted: readonly WantedSchedule[]): number =>
  wanted.filter((schedule) => !known.some((row) => isSame(row, schedule))).length -
  known.filter((row) => row.position !== null && !wanted.some((schedule) => isSame(row, schedule))).length;

const isSame = (row: ScheduleRecord, { nodeId, position }: WantedSchedule): boolean =>
  row.nodeId === nodeId && row.position === position;
