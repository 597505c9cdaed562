import { everyPage } from '../every-page.ts';
import type { Platform } from '../platform.ts';

const PAGE = 100;
/** Executions looked at for each owner and call. */
const MAX_PER_OWNER = 500;

/**
 * Removes executions whose time is over, with their payloads, where the database does not do it by itself. Begins with the
 * oldest of each owner; what lives is passed over.
 */
export const removeExpired = async ({ stores }: Pick<Platform, 'stores'>): Promise<number> => {
  const users = await everyPage((cursor) => stores.users.list({ limit: PAGE, caller: 'sweep', cursor }));
  let removed = 0;
  for (const { id } of users) {
    for (const executionId of await stores.executions.listExpired(id, MAX_PER_OWNER)) {
      await stores.executions.remove(executionId);
      removed += 1;
    }
  }
  return removed;
};
