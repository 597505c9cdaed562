import { deleteCredential } from '../../shared/contracts/credentials.ts';
import { visibleCredential } from '../../shared/credentials/access.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const remove = defineHandler(deleteCredential, async ({ params, caller, platform, ifMatch }) => {
  const { id, revision } = await visibleCredential({ caller, platform }, params.credentialId);
  if (ifMatch !== null && ifMatch !== revision) {
    throw new AppError('resource.changed', 'The credential was changed. Read it again.');
  }
  const { credentials, oauthTokens } = platform.stores;
  await credentials.remove(id);
  await oauthTokens.remove(id);
  return undefined;
});
