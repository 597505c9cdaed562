import type { z } from 'zod';
import type { sessionSchema } from '../contracts/auth.ts';
import { newId } from '../ids.ts';
import type { Platform } from '../platform.ts';
import type { UserRecord } from '../store/users.ts';
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from './access-token.ts';
import { hashSecret, newSecret } from './secret.ts';

const MOST_AGENT_CHARACTERS = 256;
const REFRESH_TOKEN_MILLISECONDS = 30 * 86_400_000;

type Session = z.input<typeof sessionSchema>;

/** A refresh token and what is kept of it. */
export const newRefreshToken = (now: number) => {
  const refreshToken = newSecret('swr_');
  return {
    refreshToken,
    kept: {
      tokenHash: hashSecret(refreshToken),
      expiresAt: new Date(now + REFRESH_TOKEN_MILLISECONDS).toISOString(),
    },
  };
};

/** Begins a session: a new family of refresh tokens. */
export const openSession = async (
  platform: Platform,
  user: UserRecord,
  from: { readonly agent: string; readonly address: string },
): Promise<Session> => {
  const now = platform.clock.now();
  const { refreshToken, kept } = newRefreshToken(now);
  const familyId = newId('ses');
  await platform.stores.sessions.create({
    userId: user.id,
    familyId,
    startedAt: new Date(now).toISOString(),
    agent: from.agent.slice(0, MOST_AGENT_CHARACTERS),
    address: from.address,
    ...kept,
  });
  return sessionAnswer(platform, user, familyId, refreshToken);
};

export const sessionAnswer = async (
  platform: Platform,
  user: UserRecord,
  familyId: string,
  refreshToken: string,
): Promise<Session> => ({
  accessToken: await accessTokenFor(platform, user, familyId),
  tokenType: 'Bearer',
  expiresIn: ACCESS_TOKEN_SECONDS,
  refreshToken,
  user,
});

export const accessTokenFor = (platform: Platform, user: UserRecord, sessionId: string): Promise<string> =>
  issueAccessToken(
    platform.tokens,
    { userId: user.id, stamp: user.securityStamp, sessionId },
    platform.clock.now(),
  );
