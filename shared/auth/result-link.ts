import type { Platform } from '../platform.ts';
import { signText, textVerifier } from './signed-text.ts';
import type { TokenSigner } from './token-signer.ts';

const PURPOSE = 'stepwell-result.';

/** Where a caller who could not wait reads the answer later. Nobody else can guess it; it is good as long as the execution is kept. */
export const resultUrl = async ({ tokens, config }: Platform, executionId: string): Promise<string> =>
  `${config.hooksUrl}/results/${await signText(tokens, PURPOSE, executionId)}`;

/** Answers the id of the execution; null for a link that is not ours. */
export const resultLinkVerifier = (signer: TokenSigner) => textVerifier(signer, PURPOSE);
