import { endSession } from '../../shared/auth/end-session.ts';
import { hashSecret, isSecret } from '../../shared/auth/secret.ts';
import { newRefreshToken, sessionAnswer } from '../../shared/auth/session.ts';
import { refresh as contract } from '../../shared/contracts/auth.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { TokenReused } from '../../shared/store/sessions.ts';

export const refresh = defineHandler(contract, async ({ body, platform }) => {
  const { sessions, users } = platform.stores;
  if (!isSecret('swr_', body.refreshToken)) throw new AppError('auth.invalid', 'This is no refresh token.');
  const { refreshToken, kept } = newRefreshToken(platform.clock.now());
  const session = await sessions
    .rotate(hashSecret(body.refreshToken), kept)
    .catch(async (thrown: unknown) => {
      // The one who has the copy may have an access token, too.
      if (thrown instanceof TokenReused) await endSession(platform, thrown.userId, thrown.familyId);
      throw thrown;
    });
  const user = await users.get(session.userId);
  const hasEnded = user?.endedSessions?.some(({ id }) => id === session.familyId);
  // Where the session was ended, the index may not have told of every token.
  if (hasEnded) await sessions.revokeFamily(session.userId, session.familyId);
  if (!user?.isActive || hasEnded)
    throw new AppError('auth.expired', 'The session has ended. Sign in again.');
  return { body: await sessionAnswer(platform, user, session.familyId, refreshToken) };
});
