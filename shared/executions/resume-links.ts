import type { LinkPort } from '../../engine/ports.ts';
import { signResumeToken } from '../auth/resume-token.ts';
import type { TokenSigner } from '../auth/token-signer.ts';

/** Links to the hooks host. */
export const resumeLinks = (signer: TokenSigner, hooksUrl: string): LinkPort => ({
  link: async (wait) => `${hooksUrl}/resume/${await signResumeToken(signer, wait)}`,
});
