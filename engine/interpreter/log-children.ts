import type { JournalEvent } from './event.ts';

/** An execution that a node run has begun: a sub-workflow, or a batch of a map. */
export interface ChildLog {
  readonly executionId: string;
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
}

/** What node runs have begun, in the order of its beginning, by run and attempt. What was taken over from a retried execution was not begun. */
export const childrenByAttempt = (
  events: readonly JournalEvent[],
): ReadonlyMap<string, readonly ChildLog[]> => {
  const attempts = new Map<string, number>();
  const begun = new Map<string, Map<string, ChildLog>>();
  /** The last that was begun for each place of a wait: one that failed may be begun anew. */
  const places = new Map<string, { readonly key: string; readonly executionId: string }>();
  for (const event of events) {
    if (event.type === 'nodeStarted' || event.type === 'nodeWaiting') attempts.set(event.run, event.attempt);
    if (event.type === 'childStarted') {
      const { run, waitId, index, executionId } = event;
      const key = attemptKey(run, attempts.get(run) ?? 1);
      const children = begun.get(key) ?? new Map<string, ChildLog>();
      begun.set(key, children.set(executionId, { executionId, status: 'running' }));
      places.set(`${waitId}\n${index}`, { key, executionId });
    }
    if (event.type === 'childEnded') {
      const place = places.get(`${event.waitId}\n${event.index}`);
      if (!place) continue;
      const { executionId } = place;
      begun.get(place.key)?.set(executionId, { executionId, status: event.result.status });
    }
  }
  return new Map([...begun].map(([key, children]) => [key, [...children.values()]]));
};

export const attemptKey = (run: string, attempt: number): string => `${run}\n${attempt}`;
