import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { credentialTypes } from '../../engine/credentials/registry.ts';
import type { CredentialData } from '../../engine/ports.ts';
import { hashSecret } from '../auth/secret.ts';
import { finishOAuth } from '../contracts/credentials.ts';
import { BASE_PATH } from '../contracts/paths.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import { fingerprintOf } from './token-life.ts';

/** As long as a person may take to sign in elsewhere. */
export const AUTHORIZATION_SECONDS = 10 * 60;

const settingsSchema = z.object({
  authorizationUrl: z.url({ protocol: /^https?$/ }),
  clientId: z.string(),
  scope: z.string(),
  extra: z.string(),
});

const random = (): string => randomBytes(32).toString('base64url');

/**
 * Begins an authorization (RFC 6749 §4.1 with PKCE, RFC 7636): where to send the browser, and the secret its cookie keeps.
 * Throws `resource.conflict` for a credential that needs none.
 */
export const beginAuthorization = async (
  { stores, config, clock }: Platform,
  record: CredentialRecord,
  data: CredentialData,
): Promise<{ authorizationUrl: string; browserSecret: string; until: number }> => {
  const grant = credentialTypes.get(record.type)?.grant;
  if (grant !== 'authorizationCode')
    throw new AppError(
      'resource.conflict',
      `A credential of type ${record.type} is not connected in the browser.`,
    );
  const { authorizationUrl, clientId, scope, extra } = settingsSchema.parse(data);
  const [state, verifier, browserSecret] = [random(), random(), random()];
  const redirectUri = `${config.apiUrl}${BASE_PATH}${finishOAuth.path}`;
  const until = clock.now() + AUTHORIZATION_SECONDS * 1000;
  await stores.oauthStates.create(hashSecret(state), {
    userId: record.createdBy,
    credentialId: record.id,
    fingerprint: fingerprintOf(grant, data),
    redirectUri,
    verifier,
    browserHash: hashSecret(browserSecret),
    until,
  });
  const url = new URL(authorizationUrl);
  const parameters = {
    ...Object.fromEntries(new URLSearchParams(extra)),
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    ...(scope === '' ? {} : { scope }),
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { authorizationUrl: url.href, browserSecret, until };
};
