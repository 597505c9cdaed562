import { publishWorkflow } from '../../shared/contracts/workflows.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { ownedBy, versionOf, writableWorkflow } from '../../shared/workflows/access.ts';
import { refuseInvalid } from '../../shared/workflows/draft.ts';
import { hookUrl, webhooksOf } from '../../shared/workflows/webhooks.ts';

export const publish = defineHandler(publishWorkflow, async ({ params, body, caller, platform, ifMatch }) => {
  const owned = await writableWorkflow({ caller, platform }, params.workflowId);
  const { id, version: newest } = owned;
  const { version, definition } = await versionOf(platform, id, body.version ?? newest);
  await refuseInvalid(definition, ownedBy(platform, owned));
  const { workflow, webhooks } = await platform.stores.workflows.publish({
    workflowId: id,
    version,
    webhooks: webhooksOf(definition),
    ...(ifMatch === null ? {} : { expectedRevision: ifMatch }),
  });
  return {
    body: {
      workflow,
      webhooks: webhooks.map(({ nodeId, method, hookId, path }) => ({
        nodeId,
        method,
        url: hookUrl(platform.config.hooksUrl, hookId, path),
      })),
    },
    etag: workflow.revision,
  };
});
