import { hashSecret, newSecret } from '../../shared/auth/secret.ts';
import { createApiKey } from '../../shared/contracts/api-keys.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseLonger, refuseScopes } from './grantable.ts';
import { keyPrefix, refusePast } from './new-key.ts';

export const create = defineHandler(createApiKey, async ({ body, caller, platform }) => {
  await refuseScopes(caller, body.scopes);
  await refuseLonger(platform, caller, body.expiresAt);
  refusePast(body.expiresAt, platform.clock.now());
  const key = newSecret('sw_');
  const kept = await platform.stores.apiKeys.create({
    ...body,
    userId: caller.userId,
    keyHash: hashSecret(key),
    prefix: keyPrefix(key),
  });
  return { body: { ...kept, key } };
});
