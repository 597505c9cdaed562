import { AppError } from '../../shared/errors.ts';
import type { Platform } from '../../shared/platform.ts';
import type { UserRecord } from '../../shared/store/users.ts';

/** What counts as an admin who can let others in again. */
export const isActiveAdmin = (user: Pick<UserRecord, 'role' | 'isActive'>): boolean =>
  user.role === 'admin' && user.isActive;

/** Throws when nobody but `userId` is an active admin: without one, nobody could ever be made admin again. */
export const refuseLastAdmin = async (platform: Platform, userId: string): Promise<void> => {
  let cursor: string | null = null;
  do {
    const page: { data: UserRecord[]; nextCursor: string | null } = await platform.stores.users.list({
      limit: 100,
      caller: 'last-admin',
      ...(cursor === null ? {} : { cursor }),
    });
    if (page.data.some((user) => user.id !== userId && isActiveAdmin(user))) return;
    cursor = page.nextCursor;
  } while (cursor !== null);
  throw new AppError('resource.conflict', 'This is the last active admin. Make another one first.');
};
