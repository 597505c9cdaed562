import type { Item } from '../../engine/item.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { replayDelivery } from '../../shared/contracts/webhooks.ts';
import { AppError } from '../../shared/errors.ts';
import { accept } from '../../shared/executions/accept.ts';
import { copyFiles } from '../../shared/executions/copy-files.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { Platform } from '../../shared/platform.ts';
import { inClass } from '../../shared/store/lifetime.ts';
import type { WebhookRecord } from '../../shared/store/webhook-row.ts';
import { detailOf } from '../../shared/webhooks/deliveries.ts';
import { ownWebhook } from './access.ts';

export const replay = defineHandler(replayDelivery, async ({ params, headers, caller, platform, idOf }) => {
  const hook = await ownWebhook({ caller, platform }, params.webhookId);
  const workflow = await platform.stores.workflows.get(hook.workflowId);
  if (!workflow || workflow.publishedVersion !== hook.version) {
    throw new AppError('workflow.notPublished', 'No version with this webhook is published.');
  }
  const id = idOf('exec');
  const items = await itemsOf(platform, hook, params.deliveryId, id);
  const { record } = await accept(platform, {
    id,
    workflow,
    version: { id: hook.workflowVersionId, version: hook.version },
    triggerNodeId: hook.nodeId,
    triggerType: 'webhook',
    triggerDetail: detailOf(hook),
    triggeredBy: caller.userId,
    items,
    mode: 'production',
    lifetime: hook.lifetime,
    hops: headers[HOPS_HEADER],
  });
  await platform.orchestrator.poke(record.id);
  return { body: { executionId: record.id } };
});

/** What the delivery brought, with files of its own for the new execution. */
const itemsOf = async (
  { stores, payloads }: Platform,
  hook: WebhookRecord,
  deliveryId: string,
  to: string,
): Promise<readonly Item[]> => {
  const loaded = deliveryId.startsWith('exec_') ? await stores.executions.load(deliveryId) : null;
  if (loaded?.record.workflowId === hook.workflowId && loaded.record.triggerDetail === detailOf(hook)) {
    return copyFiles(
      { from: inClass(payloads, loaded.record.lifetime), to: inClass(payloads, hook.lifetime) },
      loaded.record.items,
      { from: deliveryId, to },
    );
  }
  const delivery = await stores.deliveries.get(hook.id, deliveryId);
  if (!delivery) throw notFound('delivery');
  if (delivery.items) return delivery.items;
  throw new AppError(
    'resource.conflict',
    'What this delivery brought was not kept: it was refused, or too large.',
  );
};
