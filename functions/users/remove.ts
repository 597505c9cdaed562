import { notFound } from '../../shared/auth/visibility.ts';
import { deleteUser } from '../../shared/contracts/users.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseChanged } from '../../shared/http/preconditions.ts';
import { runJob } from '../../shared/jobs/run-jobs.ts';
import type { Platform } from '../../shared/platform.ts';
import { handOver } from '../../shared/users/hand-over.ts';
import { isActiveAdmin, refuseLastAdmin } from './last-admin.ts';
import { transfer } from './transfer.ts';

const PAGE = 100;
/** As much as a request can wait for; the sweep goes on from there. */
const INLINE_MILLISECONDS = 5_000;

export const remove = defineHandler(deleteUser, async ({ params, query, caller, platform, ifMatch }) => {
  const { stores, clock, random } = platform;
  const { users, workflows } = stores;
  const user = await users.get(params.userId);
  if (!user) throw notFound('user');
  refuseChanged('user', user.revision, ifMatch);
  if (isActiveAdmin(user)) await refuseLastAdmin(platform, user.id);
  const { successorId, removeAll = false } = query;
  if (successorId !== undefined) {
    await checkSuccessor(platform, user.id, successorId, removeAll);
    // Locked out first, so that nothing new is made while the old goes over. Repeating the request goes on from here.
    await users.update(user.id, { isActive: false, securityStamp: random.id() });
    for (;;) {
      const page = await workflows.listByOwner({ createdBy: user.id, limit: PAGE, caller: caller.userId });
      if (page.data.length === 0) break;
      for (const workflow of page.data) await transfer(platform, workflow, successorId);
    }
    await handOver(platform, user.id, successorId);
  } else if (!removeAll) await refuseOwner(platform, user.id, caller.userId);

  const job = await users.beginRemoval(user.id, { by: caller.userId, securityStamp: random.id() });
  await runJob(platform, job, clock.now() + INLINE_MILLISECONDS);
  return undefined;
});

const refuseOwner = async (platform: Platform, userId: string, caller: string): Promise<void> => {
  const owned = await platform.stores.workflows.listByOwner({ createdBy: userId, limit: PAGE, caller });
  if (owned.data.length === 0) return;
  throw new AppError(
    'resource.conflict',
    'The user owns workflows. Name who gets them, ?successorId=, or have them removed, ?removeAll=true.',
    {
      errors: owned.data.map(({ id, name }) => ({
        in: 'query',
        pointer: '/successorId',
        message: `is needed for the workflow ${id}, ${JSON.stringify(name)}`,
      })),
    },
  );
};

const checkSuccessor = async (
  platform: Platform,
  userId: string,
  successorId: string,
  removeAll: boolean,
): Promise<void> => {
  if (removeAll) {
    throw new AppError('request.invalid', 'A successor gets everything, so there is nothing to remove.', {
      errors: [{ in: 'query', pointer: '/removeAll', message: 'cannot stand beside successorId' }],
    });
  }
  const successor = successorId === userId ? null : await platform.stores.users.get(successorId);
  if (successor?.isActive) return;
  throw new AppError('request.invalid', 'The successor must be another active user.', {
    errors: [{ in: 'query', pointer: '/successorId', message: 'must be another active user' }],
  });
};
