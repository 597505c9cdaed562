import { AppError } from '../../shared/errors.ts';

const PREFIX_CHARACTERS = 9;

/** What of a key may be shown, to tell keys apart. */
export const keyPrefix = (key: string): string => key.slice(0, PREFIX_CHARACTERS);

/** Throws for a time that has passed. */
export const refusePast = (expiresAt: string | null, now: number): void => {
  if (expiresAt === null || Date.parse(expiresAt) > now) return;
  throw new AppError('request.invalid', 'The key would have run out already.', {
    errors: [{ pointer: '/expiresAt', message: 'must be in the future' }],
  });
};
