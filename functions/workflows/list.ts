import { listWorkflows } from '../../shared/contracts/workflows.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const list = defineHandler(listWorkflows, async ({ query, caller, platform }) => {
  const { isPublic, ownerId, active, ...filters } = query;
  const createdBy = ownerId ?? caller.userId;
  if (createdBy !== caller.userId && caller.role !== 'admin') {
    throw new AppError('auth.forbidden', 'Only admins list the workflows of others.');
  }
  const asked = { ...filters, isActive: active, caller: caller.userId };
  const { workflows } = platform.stores;
  return {
    body: isPublic ? await workflows.listPublic(asked) : await workflows.listByOwner({ ...asked, createdBy }),
  };
});
