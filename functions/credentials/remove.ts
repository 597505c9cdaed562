import { deleteCredential } from '../../shared/contracts/credentials.ts';
import { visibleCredential } from '../../shared/credentials/access.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseChanged } from '../../shared/http/preconditions.ts';

export const remove = defineHandler(deleteCredential, async ({ params, caller, platform, ifMatch }) => {
  const { id, revision } = await visibleCredential({ caller, platform }, params.credentialId);
  refuseChanged('credential', revision, ifMatch);
  const { credentials, oauthTokens } = platform.stores;
  await credentials.remove(id);
  await oauthTokens.remove(id);
  return undefined;
});
