import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../../engine/ports.ts';

/** `setTimeout` counts in 31 bits; a longer delay would fire at once. */
export const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      // A turn for others, and not the millisecond that is a timer's least.
      if (milliseconds <= 0) return setImmediate(resolve);
      const end = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const timer = setTimeout(end, Math.min(milliseconds, MAX_TIMER_MILLISECONDS));
      const abort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
    }),
};

export const systemRandom: Random = {
  id: () => randomBytes(16).toString('base64url'),
  number: () => Math.random(),
};
