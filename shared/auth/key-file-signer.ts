import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TokenSigner } from './token-signer.ts';

/** Signs with a P-256 key kept in a file that only its owner may read; makes the file when there is none. */
export const keyFileSigner = (path: string): TokenSigner => {
  const key = createPrivateKey(readOrMake(path));
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  // The thumbprint of RFC 7638: members in this order, nothing else.
  const thumbprint = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  const kid = createHash('sha256').update(thumbprint).digest('base64url');
  return {
    sign: async (input) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
    publicJwk: async () => ({ ...jwk, kty: 'EC', kid, alg: 'ES256', use: 'sig' }),
  };
};

const readOrMake = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Written aside and linked, so that the file is never seen half and the first of two processes wins.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8');
};
