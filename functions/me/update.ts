import { countAttempt } from '../../shared/auth/attempts.ts';
import { hashPassword, verifyPassword } from '../../shared/auth/password.ts';
import { accessTokenFor } from '../../shared/auth/session.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { updateMe } from '../../shared/contracts/me.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const update = defineHandler(updateMe, async ({ body, caller, platform, ifMatch }) => {
  const { users, sessions } = platform.stores;
  const { password, currentPassword, ...profile } = body;
  const before = await users.get(caller.userId);
  if (!before) throw notFound('user');
  if (currentPassword !== undefined) {
    const takeBack = await countAttempt(platform, { account: caller.userId });
    const { matches } = await verifyPassword(currentPassword, before.passwordHash);
    if (!matches) throw wrongPassword();
    await takeBack();
  }
  const secrets =
    password === undefined
      ? {}
      : { passwordHash: await hashPassword(password), securityStamp: platform.random.id() };
  // Bound to what was read: of two changes of password at once, the second knows an old password.
  const expected = ifMatch ?? (password === undefined ? undefined : before.revision);
  const user = await users.update(caller.userId, { ...profile, ...secrets }, expected);
  if (password === undefined) return { body: user, etag: user.revision };
  await sessions.revokeAllOf(caller.userId, { except: caller.credentialId });
  const accessToken = await accessTokenFor(platform, user, caller.credentialId);
  return { body: { ...user, accessToken }, etag: user.revision };
});

const wrongPassword = () =>
  new AppError('request.invalid', 'The current password is wrong.', {
    errors: [{ pointer: '/currentPassword', message: 'is not your password' }],
  });
