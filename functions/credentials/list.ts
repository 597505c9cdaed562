import { listCredentials } from '../../shared/contracts/credentials.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const list = defineHandler(listCredentials, async ({ query, caller, platform }) => {
  const { type, ownerId, ...page } = query;
  const createdBy = ownerId ?? caller.userId;
  if (createdBy !== caller.userId && caller.role !== 'admin') {
    throw new AppError('auth.forbidden', 'Only admins list the credentials of others.');
  }
  const asked = { ...page, createdBy, caller: caller.userId };
  const { credentials } = platform.stores;
  return {
    body: await (type === undefined
      ? credentials.listByOwner(asked)
      : credentials.listByType({ ...asked, type })),
  };
});
