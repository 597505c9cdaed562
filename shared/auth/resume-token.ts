import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { TokenSigner } from './token-signer.ts';

/** What the holder of a link may answer: one wait of one execution, with the given answer or one of their own. */
export interface ResumeClaims {
  readonly executionId: string;
  readonly waitId: string;
  readonly choice: string | null;
}

/** Stands before what is signed, so that a link is never taken for a session's token, nor the other way round. */
const PURPOSE = 'stepwell-resume.';
const SIGNATURE_BYTES = 64;

/** Opaque to whoever holds it. It ends with the wait it answers, and that the journal knows. */
export const signResumeToken = async (
  signer: TokenSigner,
  { executionId, waitId, choice }: ResumeClaims,
): Promise<string> => {
  const claims = Buffer.from(JSON.stringify([executionId, waitId, choice])).toString('base64url');
  const signature = await signer.sign(Buffer.from(PURPOSE + claims));
  return `${claims}.${Buffer.from(signature).toString('base64url')}`;
};

/** Checks tokens by the signer's public key, fetched once. Null for a token that we have not made. */
export const resumeTokenVerifier = (signer: TokenSigner) => {
  let key: Promise<KeyObject> | null = null;
  const fetchKey = async () => createPublicKey({ key: await signer.publicJwk(), format: 'jwk' });
  return async (token: string): Promise<ResumeClaims | null> => {
    const [claims = '', signature = '', ...rest] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    if (rest.length > 0 || bytes.length !== SIGNATURE_BYTES) return null;
    key ??= fetchKey().catch((cause: unknown) => {
      key = null;
      throw cause;
    });
    const publicKey = { key: await key, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', Buffer.from(PURPOSE + claims), publicKey, bytes)) return null;
    const [executionId, waitId, choice] = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return { executionId, waitId, choice };
  };
};
