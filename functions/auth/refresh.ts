import { hashSecret, isSecret } from '../../shared/auth/secret.ts';
import { newRefreshToken, sessionAnswer } from '../../shared/auth/session.ts';
import { refresh as contract } from '../../shared/contracts/auth.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const refresh = defineHandler(contract, async ({ body, platform }) => {
  const { sessions, users } = platform.stores;
  if (!isSecret('swr_', body.refreshToken)) throw new AppError('auth.invalid', 'This is no refresh token.');
  const { refreshToken, kept } = newRefreshToken(platform.clock.now());
  const session = await sessions.rotate(hashSecret(body.refreshToken), kept);
  const user = await users.get(session.userId);
  if (!user?.isActive) throw new AppError('auth.expired', 'The session has ended. Sign in again.');
  return { body: await sessionAnswer(platform, user, session.familyId, refreshToken) };
});
