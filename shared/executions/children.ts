import type { ChildPort, InboxItem } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';
import { childId } from './child-execution.ts';
import { resultOf } from './child-result.ts';
import type { InlineChildren } from './inline-child.ts';
import { type ChildrenWorld, childStarter } from './start-child.ts';

/** The executions that one starts, waits for and ends. They belong to the same owner. */
export const childrenOf = (
  world: ChildrenWorld,
  parent: ExecutionRecord,
  inline: () => InlineChildren | null,
): ChildPort => {
  const { executions } = world.stores;
  /** Made for the first child: most executions have none. */
  let starter: ChildPort['start'] | null = null;
  return {
    start: (child, host) => {
      starter ??= childStarter(world, parent, inline());
      return starter(child, host);
    },
    find: async (name) => {
      const record = await executions.get(childId(parent.id, name));
      return record?.finishedAt === null ? record.id : null;
    },
    result: (executionId) => resultOf(world, parent, executionId),
    cancel: async (executionId) => {
      const at = world.clock.now();
      await putOnce(executions, executionId, { kind: 'cancel', waitId: 'cancel', at, by: parent.id });
      await world.poke(executionId);
    },
  };
};

const putOnce = async (executions: Stores['executions'], id: string, item: InboxItem): Promise<void> => {
  try {
    await executions.putInbox(id, item);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'resource.conflict')) throw error;
  }
};
