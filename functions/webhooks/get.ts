import { getWebhook } from '../../shared/contracts/webhooks.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { viewOf } from '../../shared/webhooks/view.ts';
import { ownWebhook } from './access.ts';

export const get = defineHandler(getWebhook, async ({ params, caller, platform }) => {
  const hook = await ownWebhook({ caller, platform }, params.webhookId);
  return { body: viewOf(platform, hook), etag: hook.revision };
});
