import type { Stats } from '../contracts/stats.ts';
import type { ExecutionRecord, ExecutionStatus } from '../store/execution-record.ts';

type Counted = Pick<ExecutionRecord, 'startedAt' | 'finishedAt' | 'status' | 'triggerType'>;

const none = (): Record<ExecutionStatus, number> => ({
  pending: 0,
  running: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
});

/** Counts executions, the newest first. */
export const statsOf = (
  all: readonly Counted[],
): Pick<Stats, 'executions' | 'byStatus' | 'byDay' | 'byTrigger' | 'durationMs'> => {
  const byStatus = none();
  const byDay = new Map<string, Record<ExecutionStatus, number>>();
  const byTrigger: Record<string, number> = {};
  const durations: number[] = [];
  for (const { startedAt, finishedAt, status, triggerType } of all) {
    const date = startedAt.slice(0, 10);
    const day = byDay.get(date) ?? none();
    byDay.set(date, day);
    day[status] += 1;
    byStatus[status] += 1;
    byTrigger[triggerType] = (byTrigger[triggerType] ?? 0) + 1;
    if (status === 'completed' && finishedAt !== null)
      durations.push(Date.parse(finishedAt) - Date.parse(startedAt));
  }
  durations.sort((left, right) => left - right);
  const at = (part: number): number => durations[Math.ceil(durations.length * part) - 1] ?? 0;
  return {
    executions: all.length,
    byStatus,
    byDay: [...byDay].map(([date, counts]) => ({ date, ...counts })),
    byTrigger,
    durationMs: durations.length === 0 ? null : { median: at(0.5), p95: at(0.95), max: at(1) },
  };
};
