import { countAttempt } from '../../shared/auth/attempts.ts';
import { hashPassword, NOBODYS_HASH, verifyPassword } from '../../shared/auth/password.ts';
import { openSession } from '../../shared/auth/session.ts';
import { login as contract } from '../../shared/contracts/auth.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { newId } from '../../shared/ids.ts';
import { accountName } from '../../shared/users/account-name.ts';

const NOBODY = newId('usr');

export const login = defineHandler(contract, async ({ body, headers, platform, sourceIp }) => {
  const { users } = platform.stores;
  const name = accountName(body.username ?? body.email ?? '');
  const takeBack = await countAttempt(platform, { account: name, address: sourceIp });
  // No user name holds an "@".
  const found = await (name.includes('@') ? users.getByEmail(name) : users.getByUsername(name));
  // A name that nobody has takes as many reads.
  if (!found) await users.get(NOBODY);
  const { matches, outdated } = await verifyPassword(body.password, found?.passwordHash ?? NOBODYS_HASH);
  if (!found?.isActive || !matches) {
    throw new AppError('auth.invalid', 'The name or the password is wrong.');
  }
  await takeBack();
  const user = await users.update(found.id, {
    lastLogin: new Date(platform.clock.now()).toISOString(),
    ...(outdated ? { passwordHash: await hashPassword(body.password) } : {}),
  });
  const agent = headers['user-agent'] ?? '';
  return { body: await openSession(platform, user, { agent, address: sourceIp }) };
});
