import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { UserRecord } from '../store/users.ts';
import { ACCESS_TOKEN_SECONDS } from './access-token.ts';

/** More ended sessions within the life of an access token than a person has: then all of them end. */
const MOST_ENDED = 50;
const MAX_ATTEMPTS = 10;

/**
 * Ends one session at once: its refresh tokens go, and its access tokens are noted on the user's row, which every request
 * reads anyway, until they have run out.
 */
export const endSession = async (platform: Platform, userId: string, sessionId: string): Promise<void> => {
  const { stores } = platform;
  await stores.sessions.revokeFamily(userId, sessionId);
  for (let attempt = 1; ; attempt += 1) {
    const user = await stores.users.get(userId);
    if (!user) return;
    try {
      // Bound to what was read: of two sessions that end at once, none must be forgotten.
      await stores.users.update(userId, withEnded(platform, user, sessionId), user.revision);
      return;
    } catch (thrown) {
      const isBetween = thrown instanceof AppError && thrown.code === 'resource.changed';
      if (!isBetween || attempt === MAX_ATTEMPTS) throw thrown;
    }
  }
};

const withEnded = (
  { clock, random }: Platform,
  user: UserRecord,
  sessionId: string,
): Partial<Pick<UserRecord, 'endedSessions' | 'securityStamp'>> => {
  const now = clock.now();
  const kept = (user.endedSessions ?? []).filter(({ id, until }) => until > now && id !== sessionId);
  return kept.length < MOST_ENDED
    ? { endedSessions: [...kept, { id: sessionId, until: now + ACCESS_TOKEN_SECONDS * 1000 }] }
    : { endedSessions: [], securityStamp: random.id() };
};
