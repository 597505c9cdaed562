import type { Clock } from '../../engine/ports.ts';
import { OPEN_SHARDS } from '../../shared/store/execution-row.ts';
import type { ExecutionStore } from '../../shared/store/executions.ts';

/** Ids of every execution that has not finished, pending ones included. */
export const openExecutions = async (executions: ExecutionStore): Promise<readonly string[]> => {
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => executions.listOpen(shard));
  return (await Promise.all(shards)).flat();
};

/** Fails an execution that takes its interpreter down whenever it runs. */
export const poisonExecution = async (
  executions: ExecutionStore,
  executionId: string,
  clock: Clock,
): Promise<void> => {
  const loaded = await executions.load(executionId);
  if (!loaded || loaded.events.some((event) => event.type === 'executionFinished')) return;
  const message =
    'It brought its interpreter down again and again: it hangs, or needs more memory than there is.';
  const error = { code: 'execution.poisoned', message, retryable: false };
  const writer = { writerId: 'recovery', leaseUntil: 0, generation: null };
  await executions
    .journal(loaded, writer)
    .append([{ type: 'executionFinished', at: clock.now(), status: 'failed', error }], { kind: 'final' });
};
