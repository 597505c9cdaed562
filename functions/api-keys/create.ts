import { hashSecret, newSecret } from '../../shared/auth/secret.ts';
import { createApiKey } from '../../shared/contracts/api-keys.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseScopes } from './grantable.ts';

const PREFIX_CHARACTERS = 9;

export const create = defineHandler(createApiKey, async ({ body, caller, platform }) => {
  refuseScopes(caller, body.scopes);
  if (body.expiresAt !== null && Date.parse(body.expiresAt) <= platform.clock.now()) {
    throw new AppError('request.invalid', 'The key would have run out already.', {
      errors: [{ pointer: '/expiresAt', message: 'must be in the future' }],
    });
  }
  const key = newSecret('sw_');
  const kept = await platform.stores.apiKeys.create({
    ...body,
    userId: caller.userId,
    keyHash: hashSecret(key),
    prefix: key.slice(0, PREFIX_CHARACTERS),
  });
  return { body: { ...kept, key } };
});
