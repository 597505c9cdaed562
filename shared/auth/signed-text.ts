import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { TokenSigner } from './token-signer.ts';

const SIGNATURE_BYTES = 64;

/** `text.signature`. The purpose stands before what is signed, so that one kind of token is never taken for another. */
export const signText = async (signer: TokenSigner, purpose: string, text: string): Promise<string> => {
  const signature = await signer.sign(Buffer.from(purpose + text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
};

/** Checks by the signer's public key, fetched once. Answers the text; null for a token that we have not made. */
export const textVerifier = (signer: TokenSigner, purpose: string) => {
  let key: Promise<KeyObject> | null = null;
  const fetchKey = async () => createPublicKey({ key: await signer.publicJwk(), format: 'jwk' });
  return async (token: string): Promise<string | null> => {
    const [text = '', signature = '', ...rest] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    if (rest.length > 0 || bytes.length !== SIGNATURE_BYTES) return null;
    key ??= fetchKey().catch((cause: unknown) => {
      key = null;
      throw cause;
    });
    const publicKey = { key: await key, dsaEncoding: 'ieee-p1363' } as const;
    return verify('sha256', Buffer.from(purpose + text), publicKey, bytes) ? text : null;
  };
};
