import type { Item, Json } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import { evaluateForRequest } from '../../shared/webhooks/request-expression.ts';

/**
 * What an expression of the webhook's settings makes of a request. One that fails is listed among the deliveries and is an
 * error: the sender tries again, so that nothing is lost, and nothing runs that should not.
 */
export const evaluateSetting = async (
  platform: Platform,
  { id: webhookId, settings }: WebhookRecord,
  setting: 'onlyIf' | 'deduplicateBy',
  item: Item,
): Promise<Json | undefined> => {
  try {
    return await evaluateForRequest(platform, settings[setting] ?? '', item);
  } catch (cause) {
    const reason = `${setting} failed: ${cause instanceof Error ? cause.message : String(cause)}`;
    await platform.stores.deliveries.add({ webhookId, outcome: 'failed', reason, items: [item] });
    throw new AppError('webhook.filterFailed', 'The request could not be judged. Its owner can see why.', {
      cause,
    });
  }
};
