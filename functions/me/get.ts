import { notFound } from '../../shared/auth/visibility.ts';
import { getMe } from '../../shared/contracts/me.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const get = defineHandler(getMe, async ({ caller, platform }) => {
  const user = await platform.stores.users.get(caller.userId);
  if (!user) throw notFound('user');
  return { body: user, etag: user.revision };
});
