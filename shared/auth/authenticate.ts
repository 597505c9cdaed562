import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { ApiKeyRecord } from '../store/api-keys.ts';
import type { UserRecord } from '../store/users.ts';
import { accessTokenVerifier } from './access-token.ts';
import type { Caller } from './caller.ts';
import { hashSecret, isSecret } from './secret.ts';

const HOUR = 3_600_000;

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Finds out who calls. Each request reads the user once, consistently, so that ending a session, a key, a role or an
 * account takes effect with the next request.
 */
export const authenticator = (platform: Platform): ((headers: Headers) => Promise<Caller>) => {
  const { stores, clock } = platform;
  const verify = accessTokenVerifier(platform.tokens);

  const bySession = async (token: string): Promise<Caller> => {
    const { userId, sessionId, stamp } = await verify(token, clock.now());
    const user = await stores.users.get(userId);
    const hasEnded = user?.endedSessions?.some(({ id }) => id === sessionId);
    if (!user?.isActive || user.securityStamp !== stamp || hasEnded) {
      throw new AppError('auth.expired', 'The session has ended. Sign in again.');
    }
    return { ...callerOf(user), kind: 'session', scopes: 'all', credentialId: sessionId };
  };

  const byKey = async (secret: string): Promise<Caller> => {
    const key = isSecret('sw_', secret) ? await stores.apiKeys.getByHash(hashSecret(secret)) : null;
    const user = key && (await stores.users.get(key.userId));
    if (!key || !user?.isActive) throw new AppError('auth.invalid', 'The API key is not valid.');
    if (key.expiresAt !== null && Date.parse(key.expiresAt) <= clock.now()) {
      throw new AppError('auth.expired', 'The API key has run out.');
    }
    await noteUse(platform, key);
    return { ...callerOf(user), kind: 'key', scopes: key.scopes, credentialId: key.id };
  };

  return (headers) => {
    const { authorization, 'x-api-key': key } = headers;
    if (authorization !== undefined && key !== undefined) {
      throw new AppError('auth.invalid', 'Send either Authorization or X-API-Key, not both.');
    }
    if (key !== undefined) return byKey(key);
    if (authorization === undefined) {
      throw new AppError('auth.required', 'Send Authorization: Bearer <access token>, or X-API-Key.');
    }
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('auth.invalid', 'Authorization must be a Bearer token.');
    return bySession(token);
  };
};

const callerOf = (user: UserRecord): Pick<Caller, 'userId' | 'username' | 'role'> => ({
  userId: user.id,
  username: user.username,
  role: user.role,
});

/** At most once an hour, as it is a write on a path of reads. Losing it loses nothing: the key may just be gone. */
const noteUse = async ({ stores, clock, log }: Platform, key: ApiKeyRecord): Promise<void> => {
  const now = clock.now();
  if (key.lastUsed !== null && now - Date.parse(key.lastUsed) < HOUR) return;
  try {
    await stores.apiKeys.update(key.id, { lastUsed: new Date(now).toISOString() });
  } catch (error) {
    log({ level: 'warn', message: 'lastUsed was not kept', keyId: key.id, error: String(error) });
  }
};
