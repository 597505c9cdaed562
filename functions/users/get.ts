import { notFound } from '../../shared/auth/visibility.ts';
import { getUser } from '../../shared/contracts/users.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const get = defineHandler(getUser, async ({ params, platform }) => {
  const user = await platform.stores.users.get(params.userId);
  if (!user) throw notFound('user');
  return { body: user, etag: user.revision };
});
