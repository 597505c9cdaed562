import { listDeliveries as contract } from '../../shared/contracts/webhooks.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { type Delivery, type DeliveryPlace, deliveriesOf, NEWEST } from '../../shared/webhooks/deliveries.ts';
import { ownWebhook } from './access.ts';

/** A cursor is the place to go on from, which is no secret. */
export const listDeliveries = defineHandler(contract, async ({ params, query, caller, platform }) => {
  const hook = await ownWebhook({ caller, platform }, params.webhookId);
  const { data, more } = await deliveriesOf(platform, hook, {
    behind: query.cursor === undefined ? NEWEST : placeIn(query.cursor),
    limit: query.limit,
    caller: caller.userId,
  });
  const nextCursor = more && `${more.at}~${more.id}`;
  return { body: { data: data.map((each) => answerOf(hook.id, each)), nextCursor } };
});

const placeIn = (cursor: string): DeliveryPlace => {
  const [, at, id] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~([\w-]{1,64})$/.exec(cursor) ?? [];
  if (at !== undefined && id !== undefined && !Number.isNaN(Date.parse(at))) return { at, id };
  throw new AppError('request.cursor', 'The cursor is none of this list.', {
    errors: [{ in: 'query', pointer: '/cursor', message: 'must be a nextCursor of this list' }],
  });
};

const answerOf = (webhookId: string, delivery: Delivery) => {
  if (delivery.kind === 'execution') {
    const { id, startedAt, status } = delivery.execution;
    return {
      id,
      webhookId,
      receivedAt: startedAt,
      outcome: 'accepted' as const,
      reason: null,
      executionId: id,
      status,
      replayable: true,
    };
  }
  const { id, receivedAt, outcome, reason, items } = delivery.record;
  const replayable = items !== null;
  return { id, webhookId, receivedAt, outcome, reason, executionId: null, status: null, replayable };
};
