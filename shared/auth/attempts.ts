import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';

/** Guesses per quarter of an hour. OWASP ASVS wants fewer than 100 an hour for an account. */
const LIMITS = { account: 20, address: 100, setup: 20 } as const;
const WINDOW_SECONDS = 15 * 60;

/**
 * Counts an attempt before anything is checked, so that guesses made at once count too. Answers how to take it back, for one
 * that was no guess: people who know their password sign in as often as they like, and their neighbours with them.
 * Throws `auth.tooManyAttempts`.
 */
export const countAttempt = async (
  { stores }: Platform,
  attempt: { readonly [Kind in keyof typeof LIMITS]?: string },
): Promise<() => Promise<void>> => {
  const results = await Promise.all(
    Object.entries(attempt).map(([kind, who]) =>
      stores.rateLimits.hit(bucketOf(kind, who), {
        limit: LIMITS[kind as keyof typeof LIMITS],
        windowSeconds: WINDOW_SECONDS,
      }),
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

/** Hashed, as what people type into the field for their name is at times their password. */
const bucketOf = (kind: string, who: string): string =>
  `attempt:${kind}:${createHash('sha256').update(who).digest('base64url')}`;
