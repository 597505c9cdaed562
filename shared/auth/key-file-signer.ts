import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { keyFile } from '../adapters/key-file.ts';
import { keyThumbprint } from './key-thumbprint.ts';
import type { TokenSigner } from './token-signer.ts';

/** Signs with a P-256 key kept in a file that only its owner may read; makes the file when there is none. */
export const keyFileSigner = (path: string): TokenSigner => {
  const key = createPrivateKey(keyFile(path, newKey));
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const kid = keyThumbprint(jwk);
  return {
    sign: async (input) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
    publicJwk: async () => ({ ...jwk, kty: 'EC', kid, alg: 'ES256', use: 'sig' }),
  };
};

const newKey = (): string => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
