import { listDeliveries as contract } from '../../shared/contracts/webhooks.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { type Delivery, deliveriesOf } from '../../shared/webhooks/deliveries.ts';
import { ownWebhook } from './access.ts';

const NEWEST = '9999-12-31T23:59:59.999Z';

/** A cursor is the moment to go on from, which is no secret. */
export const listDeliveries = defineHandler(contract, async ({ params, query, caller, platform }) => {
  const hook = await ownWebhook({ caller, platform }, params.webhookId);
  const { data, more } = await deliveriesOf(platform, hook, {
    before: query.cursor === undefined ? NEWEST : momentOf(query.cursor),
    limit: query.limit,
    caller: caller.userId,
  });
  return { body: { data: data.map((each) => answerOf(hook.id, each)), nextCursor: more } };
});

const momentOf = (cursor: string): string => {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(cursor)) return cursor;
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
