import type { Item, Json } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import { evaluateForRequest } from '../../shared/webhooks/request-expression.ts';

/**
 * Whether a request passes the webhook's filter. One that does not is listed among the deliveries. A filter that fails is
 * an error: the sender tries again, so that nothing is lost, and nothing runs that should not.
 */
export const isWanted = async (platform: Platform, hook: WebhookRecord, item: Item): Promise<boolean> => {
  const { onlyIf } = hook.settings;
  if (onlyIf === undefined) return true;
  const note = (outcome: 'filtered' | 'failed', reason: string) =>
    platform.stores.deliveries.add({ webhookId: hook.id, outcome, reason, items: [item] });
  let value: Json | undefined;
  try {
    value = await evaluateForRequest(platform, onlyIf, item);
  } catch (cause) {
    await note('failed', `onlyIf failed: ${cause instanceof Error ? cause.message : String(cause)}`);
    throw new AppError('webhook.filterFailed', 'The request could not be judged. Its owner can see why.', {
      cause,
    });
  }
  if (value === true) return true;
  await note('filtered', `onlyIf gave ${JSON.stringify(value ?? null).slice(0, 100)}`);
  return false;
};
