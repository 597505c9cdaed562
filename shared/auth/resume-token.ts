import { signText, textVerifier } from './signed-text.ts';
import type { TokenSigner } from './token-signer.ts';

/** What the holder of a link may answer: one wait of one execution, with the given answer or one of their own. */
export interface ResumeClaims {
  readonly executionId: string;
  readonly waitId: string;
  readonly choice: string | null;
}

const PURPOSE = 'stepwell-resume.';

/** Opaque to whoever holds it. It ends with the wait it answers, and that the journal knows. */
export const signResumeToken = (
  signer: TokenSigner,
  { executionId, waitId, choice }: ResumeClaims,
): Promise<string> => {
  const claims = Buffer.from(JSON.stringify([executionId, waitId, choice])).toString('base64url');
  return signText(signer, PURPOSE, claims);
};

/** Null for a token that we have not made. */
export const resumeTokenVerifier = (signer: TokenSigner) => {
  const verified = textVerifier(signer, PURPOSE);
  return async (token: string): Promise<ResumeClaims | null> => {
    const claims = await verified(token);
    if (claims === null) return null;
    const [executionId, waitId, choice] = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return { executionId, waitId, choice };
  };
};
