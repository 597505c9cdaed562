import { isDeepStrictEqual } from 'node:util';
import type { ChildStart } from '../../engine/ports.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';
import { childId } from './child-execution.ts';

/** Retries of retries are followed back this far. */
const MAX_GENERATIONS = 10;
const MAX_ATTEMPTS = 20;

/**
 * The child by which an execution that is now retried from a node had this done already: of a map only the batches that
 * failed run again. Only one that completed, in the same version and with the same items, counts.
 */
export const earlierChild = async (
  { executions }: Stores,
  parent: ExecutionRecord,
  child: ChildStart,
): Promise<string | null> => {
  let old: ExecutionRecord | null = parent.retryFrom === 'failedNode' ? parent : null;
  for (let generation = 0; generation < MAX_GENERATIONS; generation += 1) {
    const retryOf: string | null = old?.retryOf ?? null;
    if (retryOf === null) return null;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const id = childId(retryOf, { ...child, attempt });
      const loaded = await executions.load(id);
      if (!loaded) break;
      const { status, workflowVersionId, items } = loaded.record;
      const isSame =
        (child.call.kind === 'workflow' || workflowVersionId === parent.workflowVersionId) &&
        isDeepStrictEqual(items, child.items);
      if (status === 'completed' && isSame) return id;
    }
    old = await executions.get(retryOf);
  }
  return null;
};
