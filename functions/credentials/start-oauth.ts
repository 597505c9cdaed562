import { startOAuth as contract } from '../../shared/contracts/credentials.ts';
import { ownCredential } from '../../shared/credentials/access.ts';
import { beginAuthorization } from '../../shared/credentials/authorization.ts';
import { openCredential } from '../../shared/credentials/credential-data.ts';
import { oauthCookie } from '../../shared/credentials/oauth-cookie.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const startOAuth = defineHandler(contract, async ({ params, caller, platform }) => {
  const credential = await ownCredential({ caller, platform }, params.credentialId);
  const data = await openCredential(platform.vault, credential);
  const { authorizationUrl, browserSecret, until } = await beginAuthorization(platform, credential, data);
  return {
    body: { authorizationUrl, expiresAt: new Date(until).toISOString() },
    cookies: [oauthCookie(platform, browserSecret)],
  };
});
