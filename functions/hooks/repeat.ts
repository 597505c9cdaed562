import type { Item } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import { evaluateSetting } from './evaluate.ts';

/** What makes a second delivery a repeat of the first. */
export interface Addressed {
  readonly source: string;
  readonly key: string;
}

interface Delivered {
  readonly hook: WebhookRecord;
  readonly exchange: Exchange;
  readonly item: Item;
  /** The sender's proof that this request is one of its kind. */
  readonly once: string | null;
}

/**
 * A sender that repeats a delivery gets the execution, and the answer, of the first one: by what the trigger says, by a
 * signature that is good for one request, or by an Idempotency-Key. The last is not signed, and so does not count beside the second.
 */
export const deliveryOf = async (
  platform: Platform,
  delivered: Delivered,
): Promise<Addressed | undefined> => {
  const { hook, exchange, once } = delivered;
  const { deduplicateBy } = hook.settings;
  const source = `${hook.method} ${hook.hookId}`;
  if (deduplicateBy !== undefined) {
    const value = await repeatKey(platform, deduplicateBy, delivered);
    if (value !== null) return { source, key: `by ${value}` };
  }
  if (once !== null) return { source, key: `signature ${once}` };
  const key = exchange.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (/^[\x21-\x7e]{1,256}$/.test(key)) return { source, key };
  throw new AppError('request.invalid', 'An Idempotency-Key is 1 to 256 visible ASCII characters.', {
    errors: [
      { in: 'header', pointer: '/idempotency-key', message: 'must be 1 to 256 visible ASCII characters' },
    ],
  });
};

/** Null where the request does not have it: it is then like no other. */
const repeatKey = async (
  platform: Platform,
  deduplicateBy: string,
  { hook, exchange, item }: Delivered,
): Promise<string | null> => {
  if (!deduplicateBy.includes('{{')) return exchange.headers[deduplicateBy.toLowerCase()] ?? null;
  const value = await evaluateSetting(platform, hook, 'deduplicateBy', item);
  return value === undefined || value === null || value === '' ? null : JSON.stringify(value);
};
