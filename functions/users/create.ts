import { hashPassword } from '../../shared/auth/password.ts';
import { createUser } from '../../shared/contracts/users.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const create = defineHandler(createUser, async ({ body, platform }) => {
  const { password, ...account } = body;
  const user = await platform.stores.users.create({
    ...account,
    passwordHash: await hashPassword(password),
    securityStamp: platform.random.id(),
  });
  return { body: user, etag: user.revision };
});
