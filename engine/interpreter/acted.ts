import type { JournalEvent } from './event.ts';

/** A node run that has acted on the outside, or may have. */
export interface ActedRun {
  readonly run: string;
  readonly nodeId: string;
  /** False when it had begun and no result was recorded: nobody knows. */
  readonly isCertain: boolean;
}

/** What an execution has written to the outside: only writes record that they begin. */
export const actedRuns = (events: readonly JournalEvent[]): readonly ActedRun[] => {
  const runs = new Map<string, ActedRun>();
  for (const event of events) {
    if (event.type === 'nodeStarted') {
      const { run, nodeId } = event;
      runs.set(run, { run, nodeId, isCertain: runs.get(run)?.isCertain ?? false });
    } else if (event.type === 'nodeWaiting' && event.wait.kind === 'child') {
      // Workflows were, or may have been, started.
      const { run, nodeId } = event;
      runs.set(run, { run, nodeId, isCertain: false });
    } else if (event.type === 'nodeSucceeded') {
      const known = runs.get(event.run);
      if (known) runs.set(event.run, { ...known, isCertain: true });
    }
  }
  return [...runs.values()];
};
