import type { Item } from '../../engine/item.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import { evaluateSetting } from './evaluate.ts';

/** Whether a request passes the webhook's filter. One that does not is listed among the deliveries. */
export const isWanted = async (platform: Platform, hook: WebhookRecord, item: Item): Promise<boolean> => {
  if (hook.settings.onlyIf === undefined) return true;
  const value = await evaluateSetting(platform, hook, 'onlyIf', item);
  if (value === true) return true;
  const reason = `onlyIf gave ${JSON.stringify(value ?? null).slice(0, 100)}`;
  await platform.stores.deliveries.add({ webhookId: hook.id, outcome: 'filtered', reason, items: [item] });
  return false;
};
