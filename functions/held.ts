import { AppError } from '../shared/errors.ts';
import type { Hold } from '../shared/store/hold.ts';
import type { Stores } from '../shared/store/stores.ts';

/** Stores that accept no executions while the table is held. */
export const startingNothing = (stores: Stores, hold: Hold): Stores => ({
  ...stores,
  executions: {
    ...stores.executions,
    accept: async (execution) => {
      if (!(await hold.isHeld())) return stores.executions.accept(execution);
      const detail = 'Nothing starts until an operator has released the restored data.';
      throw new AppError('storage.held', detail, { retryAfter: 300 });
    },
  },
});
