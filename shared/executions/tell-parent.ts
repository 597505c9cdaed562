import type { Duty } from './duty.ts';
import { wakeWith } from './wake-with.ts';

/** Unless it runs in its parent's slice: puts the end of a child into its parent's inbox and wakes it. What came out is read from the child's journal. */
export const tellParent: Duty = {
  isOwed: ({ record }) => record.parentExecutionId !== null && !record.isInline,
  perform: async (world, { record, final }) => {
    const { id, parentExecutionId } = record;
    if (parentExecutionId === null) return;
    const data = { status: final.status };
    await wakeWith(world, parentExecutionId, { kind: 'child', waitId: id, at: world.clock.now(), data });
  },
};
