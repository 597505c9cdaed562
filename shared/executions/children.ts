import type { ChildPort } from '../../engine/ports.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import { childId } from './child-execution.ts';
import { resultOf } from './child-result.ts';
import type { InlineChildren } from './inline-child.ts';
import { type ChildrenWorld, childStarter } from './start-child.ts';
import { askToStop } from './wake-with.ts';

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
    cancel: (executionId) => askToStop(world, executionId, parent.id),
  };
};
