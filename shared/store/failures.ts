import { setTimeout as delay } from 'node:timers/promises';
import type { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { AppError } from '../errors.ts';

const BUSY = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'TransactionInProgressException',
]);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'TimeoutError',
  'NetworkingError',
]);
const MAX_ATTEMPTS = 6;
const FIRST_DELAY_MILLISECONDS = 20;

const nameOf = (error: unknown): string =>
  error instanceof Error
    ? ('code' in error && typeof error.code === 'string' && error.code) || error.name
    : '';

export const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** Why each write of a cancelled transaction was refused, in order; null for any other error. */
export const cancellation = (error: unknown): readonly string[] | null =>
  isCancelled(error) ? (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None') : null;

const isCancelled = (error: unknown): error is Pick<TransactionCanceledException, 'CancellationReasons'> =>
  error instanceof Error && error.name === 'TransactionCanceledException';

const isBusy = (error: unknown): boolean => {
  const reasons = cancellation(error);
  if (reasons)
    return reasons.some((reason) => BUSY.has(reason)) && !reasons.includes('ConditionalCheckFailed');
  return error instanceof Error && BUSY.has(error.name);
};

/** Sends again, with full jitter, what lost against another transaction or a limit; says what is wrong with the database. */
export const send = async <T>(operation: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation();
    } catch (thrown) {
      const error = unwrapped(thrown);
      const again = isBusy(error) || UNREACHABLE.has(nameOf(error));
      if (again && attempt < MAX_ATTEMPTS) {
        await pauseBefore(attempt);
        continue;
      }
      throw translated(error);
    }
  }
};

/** What the database's client threw: ElectroDB puts an error of its own around it. */
const unwrapped = (error: unknown): unknown =>
  error instanceof Error && error.name === 'ElectroError' && error.cause instanceof Error
    ? error.cause
    : error;

/** Sends a write that has a condition. False when that is not met. */
export const sendIf = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await send(write);
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
};

const pauseBefore = (attempt: number): Promise<void> =>
  delay(Math.random() * FIRST_DELAY_MILLISECONDS * 2 ** attempt);

/**
 * Sends all of it in batches of `size`. `ask` answers what the database has left of one, as it does where it is busy: that goes
 * again with the next. Throws `storage.unavailable` when it gets to nothing time after time.
 */
export const inBatches = async <T>(
  all: readonly T[],
  size: number,
  ask: (batch: readonly T[]) => Promise<readonly T[]>,
): Promise<void> => {
  let pending = all;
  let attempt = 1;
  while (pending.length > 0) {
    const batch = pending.slice(0, size);
    const left = await ask(batch);
    attempt = left.length < batch.length ? 1 : attempt + 1;
    if (attempt > MAX_ATTEMPTS) throw unavailable();
    if (left.length > 0) await pauseBefore(attempt);
    pending = [...left, ...pending.slice(size)];
  }
};

const unavailable = (cause?: unknown): AppError =>
  new AppError('storage.unavailable', 'The database did not answer; try again.', { retryAfter: 1, cause });

const translated = (error: unknown): unknown => {
  if (UNREACHABLE.has(nameOf(error)) || isBusy(error)) return unavailable(error);
  if (error instanceof Error && /disk (is )?full|no space left|ENOSPC/i.test(error.message))
    return new AppError('storage.full', 'The disk that holds the database is full.', { cause: error });
  return error;
};
