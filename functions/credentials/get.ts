import { getCredential } from '../../shared/contracts/credentials.ts';
import { visibleCredential } from '../../shared/credentials/access.ts';
import { openCredential } from '../../shared/credentials/credential-data.ts';
import { detailOf } from '../../shared/credentials/detail.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const get = defineHandler(getCredential, async ({ params, caller, platform }) => {
  const credential = await visibleCredential({ caller, platform }, params.credentialId);
  const data = await openCredential(platform.vault, credential);
  return { body: await detailOf(platform, credential, data), etag: credential.revision };
});
