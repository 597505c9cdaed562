import { notFound } from '../auth/visibility.ts';
import type { Platform } from '../platform.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';

const FIRST_LOOK_MILLISECONDS = 20;
const LOOK_MILLISECONDS = 1_000;

/** An execution as it is at its end, or at `until` if that comes first. Looks less often the longer it takes. */
export const waitForEnd = async (
  { stores, clock }: Platform,
  executionId: string,
  until: number,
): Promise<ExecutionRecord> => {
  for (let pause = FIRST_LOOK_MILLISECONDS; ; pause = Math.min(pause * 2, LOOK_MILLISECONDS)) {
    const execution = await stores.executions.get(executionId);
    if (!execution) throw notFound('execution');
    const left = until - clock.now();
    if (execution.finishedAt !== null || left <= 0) return execution;
    await clock.sleep(Math.min(pause, left), new AbortController().signal);
  }
};
