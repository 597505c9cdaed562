import { deleteWebhook } from '../../shared/contracts/webhooks.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { refuseChanged } from '../../shared/http/preconditions.ts';
import { ownWebhook } from './access.ts';

export const remove = defineHandler(deleteWebhook, async ({ params, caller, platform, ifMatch }) => {
  const hook = await ownWebhook({ caller, platform }, params.webhookId);
  refuseChanged('webhook', hook.revision, ifMatch);
  const workflow = await platform.stores.workflows.get(hook.workflowId);
  if (hook.madeBy === 'node' && workflow?.publishedVersion != null) {
    throw new AppError(
      'resource.conflict',
      'It belongs to a trigger node of the published version. Remove the node and publish, or unpublish.',
    );
  }
  await platform.stores.workflows.removeWebhook(hook);
  return undefined;
});
