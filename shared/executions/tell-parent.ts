import { AppError } from '../errors.ts';
import type { Duty } from './duty.ts';

/** Unless it runs in its parent's slice: puts the end of a child into its parent's inbox and wakes it. What came out is read from the child's journal. */
export const tellParent: Duty = {
  isOwed: ({ record }) => record.parentExecutionId !== null && !record.isInline,
  perform: async ({ stores, clock, poke }, { record, final }) => {
    const { id, parentExecutionId } = record;
    if (parentExecutionId === null) return;
    try {
      await stores.executions.putInbox(parentExecutionId, {
        kind: 'child',
        waitId: id,
        at: clock.now(),
        data: { status: final.status },
      });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'resource.conflict')) throw error;
    }
    await poke(parentExecutionId);
  },
};
