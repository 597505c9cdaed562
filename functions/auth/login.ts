import { countAttempt } from '../../shared/auth/attempts.ts';
import { hashPassword, NOBODYS_HASH, verifyPassword } from '../../shared/auth/password.ts';
import { openSession } from '../../shared/auth/session.ts';
import { login as contract } from '../../shared/contracts/auth.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const login = defineHandler(contract, async ({ body, platform, sourceIp }) => {
  const { users } = platform.stores;
  const name = (body.username ?? body.email ?? '').toLowerCase();
  await countAttempt(platform, { account: name, address: sourceIp });
  // No user name holds an "@".
  const found = await (name.includes('@') ? users.getByEmail(name) : users.getByUsername(name));
  const { matches, outdated } = await verifyPassword(body.password, found?.passwordHash ?? NOBODYS_HASH);
  if (!found?.isActive || !matches) {
    throw new AppError('auth.invalid', 'The name or the password is wrong.');
  }
  const user = await users.update(found.id, {
    lastLogin: new Date(platform.clock.now()).toISOString(),
    ...(outdated ? { passwordHash: await hashPassword(body.password) } : {}),
  });
  return { body: await openSession(platform, user) };
});
