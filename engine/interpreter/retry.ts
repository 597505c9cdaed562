import type { RetryPolicy } from '../definition.ts';
import type { NodeErrorData } from '../errors.ts';

/** No server makes an execution wait for longer than this. */
const LONGEST_RETRY_AFTER_SECONDS = 86_400;

/**
 * Milliseconds until the next attempt, or null when there is none. Exponential with "equal jitter" (AWS Architecture Blog,
 * "Exponential Backoff and Jitter"): half of the delay is random. What the other side asked for is never undercut.
 */
export const retryDelay = (
  policy: RetryPolicy | undefined,
  attempt: number,
  error: NodeErrorData,
  random: () => number,
): number | null => {
  if (!policy || !error.retryable || attempt >= policy.maxAttempts) return null;
  const grown = policy.initialDelaySeconds * policy.backoffRate ** (attempt - 1);
  const capped = Math.min(grown, policy.maxDelaySeconds);
  const spread = policy.jitter ? capped * (0.5 + random() / 2) : capped;
  const asked = Math.min(error.retryAfter ?? 0, LONGEST_RETRY_AFTER_SECONDS);
  return Math.ceil(Math.max(spread, asked) * 1000);
};
