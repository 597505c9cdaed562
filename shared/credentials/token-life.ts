import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CredentialData } from '../../engine/ports.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import type { OAuthTokens } from '../store/oauth-tokens.ts';
import { contextOf } from './credential-data.ts';
import type { GrantedToken } from './token-request.ts';
import type { Vault } from './vault.ts';

/** A token is renewed when a fifth of its life is left, but not before its last five minutes. */
const RENEWED_AT_LEFT = 0.2;
const MOST_LEFT_MILLISECONDS = 5 * 60_000;

const secretSchema = z.object({ accessToken: z.string(), refreshToken: z.string().nullable() });
export type TokenSecrets = z.output<typeof secretSchema>;

const tokenContext = (record: CredentialRecord) => ({ ...contextOf(record), part: 'tokens' });

/** What a token was granted for. Another secret of the same client changes nothing for a token that a person granted. */
export const fingerprintOf = (grant: string, data: CredentialData): string => {
  const names = ['tokenUrl', 'authorizationUrl', 'clientId', 'scope', 'audience'];
  if (grant === 'clientCredentials') names.push('clientSecret');
  const settings = names.map((name) => data[name] ?? null);
  return createHash('sha256')
    .update(JSON.stringify([grant, settings]))
    .digest('base64url');
};

/** A granted token as it is kept. */
export const keptTokens = async (
  vault: Vault,
  record: CredentialRecord,
  fingerprint: string,
  { accessToken, refreshToken, validUntil }: GrantedToken,
  now: number,
): Promise<OAuthTokens> => {
  const left =
    validUntil === null ? 0 : Math.min((validUntil - now) * RENEWED_AT_LEFT, MOST_LEFT_MILLISECONDS);
  return {
    sealed: await sealTokens(vault, record, { accessToken, refreshToken }),
    fingerprint,
    validUntil,
    renewAt: validUntil === null ? null : validUntil - left,
    problem: null,
  };
};

export const sealTokens = (vault: Vault, record: CredentialRecord, tokens: TokenSecrets): Promise<string> =>
  vault.seal(tokens, tokenContext(record));

/** Throws `credential.unreadable`. */
export const openTokens = async (
  vault: Vault,
  record: CredentialRecord,
  sealed: string,
): Promise<TokenSecrets> => secretSchema.parse(await vault.open(sealed, tokenContext(record)));
