import { listUsers } from '../../shared/contracts/users.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const list = defineHandler(listUsers, async ({ query, caller, platform }) => ({
  body: await platform.stores.users.list({ ...query, caller: caller.userId }),
}));
