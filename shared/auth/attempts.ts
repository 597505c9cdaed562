import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import { accountName } from '../users/account-name.ts';

/** Guesses per quarter of an hour. OWASP ASVS wants fewer than 100 an hour for an account. */
const LIMITS = { account: 20, address: 100, setup: 20 } as const;
const WINDOW_SECONDS = 15 * 60;
const NETWORK_BYTES = 8;

type Kind = keyof typeof LIMITS;

/**
 * Counts an attempt before anything is checked, so that guesses made at once count too. Answers how to take it back, for one
 * that was no guess: people who know their password sign in as often as they like, and their neighbours with them.
 * Throws `auth.tooManyAttempts`.
 */
export const countAttempt = async (
  { stores }: Platform,
  attempt: { readonly [Each in Kind]?: string },
): Promise<() => Promise<void>> => {
  const results = await Promise.all(
    (Object.entries(attempt) as [Kind, string][]).map(([kind, who]) =>
      stores.rateLimits.hit(bucketOf(kind, who), { limit: LIMITS[kind], windowSeconds: WINDOW_SECONDS }),
    ),
  );
  const refused = results.filter((result) => !result.allowed);
  if (refused.length === 0)
    return async () => {
      await Promise.all(results.map(({ takeBack }) => takeBack()));
    };
  const retryAfter = Math.max(...refused.map((result) => result.retryAfter));
  throw new AppError('auth.tooManyAttempts', `Try again in ${Math.ceil(retryAfter)} seconds.`, {
    retryAfter,
  });
};

/** Whoever has an IPv6 address has a whole network of them, of 64 bits at the least (RFC 6177). */
const networkOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? address : parsed.toByteArray().slice(0, NETWORK_BYTES).join('.');
};

/** What of those who try counts as one and the same. */
const SAME: Readonly<Record<Kind, (who: string) => string>> = {
  account: accountName,
  address: networkOf,
  setup: networkOf,
};

/** Hashed, as what people type into the field for their name is at times their password. */
const bucketOf = (kind: Kind, who: string): string =>
  `attempt:${kind}:${createHash('sha256').update(SAME[kind](who)).digest('base64url')}`;
