import { notFound } from '../../shared/auth/visibility.ts';
import { deleteUser } from '../../shared/contracts/users.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { Platform } from '../../shared/platform.ts';
import { handOver, removeSecrets } from '../../shared/users/hand-over.ts';
import { isActiveAdmin, refuseLastAdmin } from './last-admin.ts';
import { transfer } from './transfer.ts';

const PAGE = 100;

export const remove = defineHandler(deleteUser, async ({ params, query, caller, platform, ifMatch }) => {
  const { users, sessions, workflows } = platform.stores;
  const user = await users.get(params.userId);
  if (!user) throw notFound('user');
  if (ifMatch !== null && ifMatch !== user.revision) {
    throw new AppError('resource.changed', 'The user was changed. Read them again.');
  }
  if (isActiveAdmin(user)) await refuseLastAdmin(platform, user.id);
  const { successorId } = query;
  if (successorId === undefined) await refuseOwner(platform, user.id, caller.userId);
  else await checkSuccessor(platform, user.id, successorId);

  // Locked out first, so that nothing new is made while the old goes over. Repeating the request goes on from here.
  await users.update(user.id, { isActive: false, securityStamp: platform.random.id() });
  if (successorId !== undefined) {
    for (;;) {
      const page = await workflows.listByOwner({ createdBy: user.id, limit: PAGE, caller: caller.userId });
      if (page.data.length === 0) break;
      for (const workflow of page.data) await transfer(platform, workflow, successorId);
    }
    await handOver(platform, user.id, successorId);
  }
  await removeSecrets(platform, user.id);
  await sessions.revokeAllOf(user.id);
  await removeKeys(platform, user.id);
  await users.remove(user.id);
  return undefined;
});

const refuseOwner = async (platform: Platform, userId: string, caller: string): Promise<void> => {
  const owned = await platform.stores.workflows.listByOwner({ createdBy: userId, limit: PAGE, caller });
  if (owned.data.length === 0) return;
  throw new AppError('resource.conflict', 'The user owns workflows. Name who gets them: ?successorId=.', {
    errors: owned.data.map(({ id, name }) => ({
      in: 'query',
      pointer: '/successorId',
      message: `is needed for the workflow ${id}, ${JSON.stringify(name)}`,
    })),
  });
};

const checkSuccessor = async (platform: Platform, userId: string, successorId: string): Promise<void> => {
  const successor = successorId === userId ? null : await platform.stores.users.get(successorId);
  if (successor?.isActive) return;
  throw new AppError('request.invalid', 'The successor must be another active user.', {
    errors: [{ in: 'query', pointer: '/successorId', message: 'must be another active user' }],
  });
};

const removeKeys = async ({ stores }: Platform, userId: string): Promise<void> => {
  for (;;) {
    const { data } = await stores.apiKeys.list({ userId, limit: PAGE, caller: userId });
    if (data.length === 0) return;
    for (const { id } of data) await stores.apiKeys.remove(id);
  }
};
