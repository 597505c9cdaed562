import { rotateWebhook } from '../../shared/contracts/webhooks.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { newHookToken } from '../../shared/store/webhook-publication.ts';
import { viewOf } from '../../shared/webhooks/view.ts';
import { ownWebhook } from './access.ts';

export const rotate = defineHandler(rotateWebhook, async ({ params, caller, platform }) => {
  const hook = await ownWebhook({ caller, platform }, params.webhookId);
  if (hook.authentication.kind !== 'token') {
    throw new AppError('resource.conflict', 'Only a webhook that authenticates by token has one to rotate.');
  }
  const { token, hash } = newHookToken();
  // The methods of an address share its token.
  const after = await platform.stores.webhooks.update(hook.id, {}, undefined, { authToken: hash });
  return { body: { ...viewOf(platform, after), token }, etag: after.revision };
});
