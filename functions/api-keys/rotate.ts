import { hashSecret, newSecret } from '../../shared/auth/secret.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { rotateApiKey } from '../../shared/contracts/api-keys.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseLonger, refuseScopes } from './grantable.ts';
import { keyPrefix, refusePast } from './new-key.ts';

export const rotate = defineHandler(rotateApiKey, async ({ params, body, caller, platform }) => {
  const { apiKeys } = platform.stores;
  const before = await apiKeys.get(params.keyId);
  if (before?.userId !== caller.userId) throw notFound('API key');
  const { expiresAt = before.expiresAt } = body;
  // Whoever gets the new secret gets what the key may do, for as long as it may.
  await refuseScopes(caller, before.scopes);
  await refuseLonger(platform, caller, expiresAt);
  refusePast(body.expiresAt ?? null, platform.clock.now());
  const key = newSecret('sw_');
  const kept = await apiKeys.update(before.id, {
    keyHash: hashSecret(key),
    prefix: keyPrefix(key),
    lastUsed: null,
    expiresAt,
  });
  return { body: { ...kept, key } };
});
