import { listApiKeys } from '../../shared/contracts/api-keys.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const list = defineHandler(listApiKeys, async ({ query, caller, platform }) => ({
  body: await platform.stores.apiKeys.list({ ...query, userId: caller.userId, caller: caller.userId }),
}));
