import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Of an API key, a refresh token, the token of a webhook. */
type SecretPrefix = 'sw_' | 'swr_' | 'swh_';

/** 256 random bits behind a prefix that secret scanners know. */
export const newSecret = (prefix: SecretPrefix): string =>
  `${prefix}${randomBytes(32).toString('base64url')}`;

export const isSecret = (prefix: SecretPrefix, text: string): boolean =>
  text.startsWith(prefix) && /^[\w-]{43}$/.test(text.slice(prefix.length));

/** How random secrets are kept and looked up. Slow hashing is for what people can guess. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares a secret with a kept hash without telling by its time how much was right. */
export const matchesHash = (secret: string, hash: string): boolean => {
  const given = Buffer.from(hashSecret(secret), 'hex');
  const kept = Buffer.from(hash, 'hex');
  return kept.length === given.length && timingSafeEqual(given, kept);
};
