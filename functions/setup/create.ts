import { countAttempt } from '../../shared/auth/attempts.ts';
import { hashPassword } from '../../shared/auth/password.ts';
import { matchesHash } from '../../shared/auth/secret.ts';
import { setUp } from '../../shared/contracts/setup.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const create = defineHandler(setUp, async ({ body, platform, sourceIp }) => {
  const { settings, users } = platform.stores;
  await countAttempt(platform, { setup: sourceIp });
  if (await settings.isSetUp()) throw alreadyDone();
  const { token, password, ...profile } = body;
  if (!matchesHash(token, platform.config.setupTokenHash)) {
    throw new AppError('setup.token', 'This is not the token that the deployment printed.');
  }
  const passwordHash = await hashPassword(password);
  // Claimed before the account is made: of two requests at once one gets it.
  if (!(await settings.claimSetup())) throw alreadyDone();
  try {
    const user = await users.create({
      ...profile,
      passwordHash,
      role: 'admin',
      isActive: true,
      securityStamp: platform.random.id(),
    });
    return { body: user, etag: user.revision };
  } catch (error) {
    await settings.releaseSetup();
    throw error;
  }
});

const alreadyDone = () => new AppError('setup.done', 'The first admin has been made. Sign in instead.');
