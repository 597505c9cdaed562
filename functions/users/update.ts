import { hashPassword } from '../../shared/auth/password.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { updateUser } from '../../shared/contracts/users.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { runJob } from '../../shared/jobs/run-jobs.ts';
import { isActiveAdmin, refuseLastAdmin } from './last-admin.ts';

export const update = defineHandler(updateUser, async ({ params, body, caller, platform, ifMatch }) => {
  const { users, sessions } = platform.stores;
  const before = await users.get(params.userId);
  if (!before) throw notFound('user');
  const { password, ...changes } = body;
  const after = { ...before, ...changes };
  const demoted = isActiveAdmin(before) && !isActiveAdmin(after);
  if (demoted) await refuseLastAdmin(platform, before.id);

  const endsSessions =
    password !== undefined || after.role !== before.role || after.isActive !== before.isActive;
  const user = await users.update(
    before.id,
    {
      ...changes,
      ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }),
      ...(endsSessions ? { securityStamp: platform.random.id() } : {}),
    },
    ifMatch ?? undefined,
  );
  if (endsSessions) await sessions.revokeAllOf(before.id);
  // Also when they were inactive before: a request cut short is repeated.
  if (!user.isActive && body.isActive === false) {
    const job = { kind: 'user.unpublish', subject: user.id, by: caller.userId } as const;
    await platform.stores.jobs.put(job);
    await runJob(platform, job, platform.clock.now());
  }
  if (demoted) {
    try {
      // Again, as two admins may have demoted each other at the same time: then both stay.
      await refuseLastAdmin(platform, before.id);
    } catch (error) {
      await users.update(before.id, { role: before.role, isActive: before.isActive });
      throw error;
    }
  }
  return { body: user, etag: user.revision };
});
