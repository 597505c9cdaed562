import { actedRuns } from '../../engine/index.ts';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { Stores } from '../store/stores.ts';

/** A run that has acted on the outside, or may have, by itself or by executions that it started. */
export interface Acted {
  readonly run: string;
  readonly nodeId: string;
  readonly isCertain: boolean;
}

/** Children whose journals are read; what further ones have done is not known. */
const MAX_CHILDREN = 100;

/**
 * What an execution and its children have written to the outside, told of the nodes of that execution. With
 * `keepsCompleted` without the children that completed.
 */
export const actedWithChildren = async (
  stores: Stores,
  events: readonly JournalEvent[],
  keepsCompleted: boolean,
  budget = { left: MAX_CHILDREN },
): Promise<readonly Acted[]> => {
  const nodeOf = new Map(
    events.flatMap((event) => ('nodeId' in event && 'run' in event ? [[event.run, event.nodeId]] : [])),
  );
  const started = events.filter((event) => event.type === 'childStarted');
  const parents = new Set(started.map(({ run }) => run));
  const own = actedRuns(events).filter(({ run }) => !parents.has(run));
  const ofChildren: Acted[] = [];
  for (const { run, executionId } of started) {
    const nodeId = nodeOf.get(run) ?? '';
    budget.left -= 1;
    const child = budget.left < 0 ? null : await stores.executions.load(executionId);
    if (keepsCompleted && child?.record.status === 'completed') continue;
    const acted = child
      ? await actedWithChildren(stores, child.events, keepsCompleted, budget)
      : [{ isCertain: false }];
    ofChildren.push(...acted.map(({ isCertain }) => ({ run, nodeId, isCertain })));
  }
  return [...own, ...ofChildren];
};
