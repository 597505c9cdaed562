import type { Caller } from '../../shared/auth/caller.ts';
import { canWrite, notFound } from '../../shared/auth/visibility.ts';
import type { Platform } from '../../shared/platform.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';

/** A webhook of the caller's; that of a public workflow is nobody else's business. */
export const ownWebhook = async (
  { caller, platform }: { readonly caller: Caller; readonly platform: Platform },
  webhookId: string,
): Promise<WebhookRecord> => {
  const hook = await platform.stores.webhooks.get(webhookId);
  if (!hook || !canWrite(caller, { createdBy: hook.ownerId })) throw notFound('webhook');
  return hook;
};
