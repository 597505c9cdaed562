import { randomBytes } from 'node:crypto';
import { hashSecret } from '../../shared/auth/secret.ts';
import type { Stores } from '../../shared/store/stores.ts';

/** What is shown where the token would stand. */
const ALREADY_DONE = 'none needed: the first admin has been made';

/**
 * Makes what functions must know and no template may hold. Answers with the set-up token, which is kept nowhere but as a
 * hash: a deployment that starts anew on kept data, before anybody has set it up, gets a new one.
 */
export const prepare = async ({ settings }: Pick<Stores, 'settings'>): Promise<{ setupToken: string }> => {
  if (await settings.isSetUp()) return { setupToken: ALREADY_DONE };
  const setupToken = randomBytes(18).toString('base64url');
  await settings.prepareDeployment({
    cursorKey: randomBytes(32),
    setupTokenHash: hashSecret(setupToken),
  });
  return { setupToken };
};
