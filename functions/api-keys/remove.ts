import { notFound } from '../../shared/auth/visibility.ts';
import { deleteApiKey } from '../../shared/contracts/api-keys.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const remove = defineHandler(deleteApiKey, async ({ params, caller, platform }) => {
  const { apiKeys } = platform.stores;
  const key = await apiKeys.get(params.keyId);
  if (key?.userId !== caller.userId) throw notFound('API key');
  await apiKeys.remove(key.id);
  return undefined;
});
