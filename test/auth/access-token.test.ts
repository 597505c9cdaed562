import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSPKI, importJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { accessTokenVerifier, issueAccessToken } from '../../shared/auth/access-token.ts';
import { keyFileSigner } from '../../shared/auth/key-file-signer.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'stepwell-key-'));
const keyPath = join(folder, 'nested', 'session.pem');
const signer = keyFileSigner(keyPath);
const verify = accessTokenVerifier(signer);
const claims = { userId: 'usr_1', stamp: 'stamp', sessionId: 'ses_1' };

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
const issue = () => issueAccessToken(signer, claims, NOW);

/** A token signed by our own key with changed claims or header. */
const forged = async (change: { header?: object; claims?: object }) => {
  const [header, payload] = (await issue()).split('.');
  const input = `${encode({ ...decode(header), ...change.header })}.${encode({ ...decode(payload), ...change.claims })}`;
  return `${input}.${Buffer.from(await signer.sign(Buffer.from(input))).toString('base64url')}`;
};

describe('access tokens', () => {
  it('carry who, which session and which stamp for 15 minutes', async () => {
    const token = await issue();
    expect(await verify(token, NOW + 14 * 60_000)).toEqual(claims);
    await expect(verify(token, NOW + 15 * 60_000)).rejects.toMatchObject({ code: 'auth.expired' });
  });

  it('are verified by the public half alone', async () => {
    const { kid, ...jwk } = await signer.publicJwk();
    expect(kid).toBeTruthy();
    expect(jwk).not.toHaveProperty('d');
  });

  it.each([
    ['another audience', { claims: { aud: 'other' } }],
    ['another issuer', { claims: { iss: 'other' } }],
    ['another kind of token', { claims: { typ: 'refresh' } }],
    ['no kind', { claims: { typ: undefined } }],
    ['no subject', { claims: { sub: undefined } }],
    ['no stamp', { claims: { stamp: undefined } }],
    ['no end', { claims: { exp: undefined } }],
    ['a time to come', { claims: { nbf: NOW / 1000 + 3_600 } }],
    ['another key id', { header: { kid: '../../etc/passwd' } }],
    ['another type', { header: { typ: 'at+jwt' } }],
    ['an unknown critical extension', { header: { crit: ['x'], x: 1 } }],
  ])('with %s are refused', async (_, change) => {
    await expect(verify(await forged(change), NOW)).rejects.toMatchObject({ code: 'auth.invalid' });
  });

  it('with the algorithm none are refused', async () => {
    const [, payload] = (await issue()).split('.');
    const { kid } = await signer.publicJwk();
    const token = `${encode({ alg: 'none', typ: 'JWT', kid })}.${payload}.`;
    await expect(verify(token, NOW)).rejects.toMatchObject({ code: 'auth.invalid' });
  });

  it('signed by HS256 with the public key as secret are refused', async () => {
    const [, payload] = (await issue()).split('.');
    const jwk = await signer.publicJwk();
    const publicKey = await importJWK({ ...jwk, ext: true }, 'ES256');
    const secret = publicKey instanceof Uint8Array ? publicKey : await exportSPKI(publicKey);
    const input = `${encode({ alg: 'HS256', typ: 'JWT', kid: jwk.kid })}.${payload}`;
    const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
    await expect(verify(token, NOW)).rejects.toMatchObject({ code: 'auth.invalid' });
  });

  it('signed by a key they bring along are refused', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { kid } = await signer.publicJwk();
    const token = await new SignJWT({ sid: 'ses_1', stamp: 'stamp', typ: 'access' })
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'JWT',
        kid,
        jwk: { kty: 'EC', ...publicKey.export({ format: 'jwk' }) },
      })
      .setIssuer('stepwell')
      .setAudience('stepwell-api')
      .setSubject('usr_1')
      .setIssuedAt(NOW / 1000)
      .setExpirationTime(NOW / 1000 + 60)
      .sign(privateKey);
    await expect(verify(token, NOW)).rejects.toMatchObject({ code: 'auth.invalid' });
  });

  it.each(['', '.', '..', 'a.b.c', 'e30.e30.e30', `${'a'.repeat(100_000)}.b.c`])(
    'that are none are refused (%#)',
    async (token) => {
      await expect(verify(token, NOW)).rejects.toMatchObject({ code: 'auth.invalid' });
    },
  );
});

describe('keyFileSigner', () => {
  it('keeps its key in a file for its owner only and finds it again', async () => {
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    const again = await keyFileSigner(keyPath).publicJwk();
    expect(again).toEqual(await signer.publicJwk());
  });
});
