import { type CryptoKey, errors, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { AppError } from '../errors.ts';
import type { TokenSigner } from './token-signer.ts';

const ISSUER = 'stepwell';
const AUDIENCE = 'stepwell-api';
export const ACCESS_TOKEN_SECONDS = 15 * 60;

export interface AccessClaims {
  readonly userId: string;
  /** The user's security stamp at sign-in: another one ends the session. */
  readonly stamp: string;
  /** The family of refresh tokens. */
  readonly sessionId: string;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT signed by the signer, which may be far away: jose signs only with keys at hand. `now` is in milliseconds. */
export const issueAccessToken = async (
  signer: TokenSigner,
  { userId, stamp, sessionId }: AccessClaims,
  now: number,
): Promise<string> => {
  const { kid } = await signer.publicJwk();
  const issuedAt = Math.floor(now / 1000);
  const header = { alg: 'ES256', typ: 'JWT', kid };
  const claims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: userId,
    sid: sessionId,
    stamp,
    typ: 'access',
    iat: issuedAt,
    exp: issuedAt + ACCESS_TOKEN_SECONDS,
  };
  const input = `${base64url(header)}.${base64url(claims)}`;
  const signature = await signer.sign(Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
};

/** Checks tokens by the signer's public key, fetched once. */
export const accessTokenVerifier = (signer: TokenSigner) => {
  let key: Promise<{ kid: string; publicKey: CryptoKey | Uint8Array }> | null = null;
  const fetchKey = async () => {
    const jwk = await signer.publicJwk();
    return { kid: jwk.kid, publicKey: await importJWK(jwk, 'ES256') };
  };
  return async (token: string, now: number): Promise<AccessClaims> => {
    key ??= fetchKey().catch((cause: unknown) => {
      key = null;
      throw cause;
    });
    const { kid, publicKey } = await key;
    try {
      const { payload, protectedHeader } = await jwtVerify(token, publicKey, {
        algorithms: ['ES256'],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: 'JWT',
        currentDate: new Date(now),
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      if (protectedHeader.kid !== kid) throw new errors.JWSSignatureVerificationFailed();
      return claimsOf(payload);
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) {
        throw new AppError('auth.expired', 'The access token has run out. Use the refresh token.', { cause });
      }
      throw new AppError('auth.invalid', 'The access token is not valid.', { cause });
    }
  };
};

const claimsOf = ({ sub, sid, stamp, typ }: JWTPayload): AccessClaims => {
  if (typ !== 'access' || typeof sub !== 'string' || typeof sid !== 'string' || typeof stamp !== 'string') {
    throw new errors.JWTInvalid('not an access token');
  }
  return { userId: sub, sessionId: sid, stamp };
};
