import { createHash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import { type Exchange, handlerOf } from './exchange.ts';
import type { Middleware } from './middleware.ts';

/** Makes a repeat of a POST that creates or starts answer what the first one answered. */
export const idempotency = (platform: Platform): Middleware => {
  const { idempotency: store } = platform.stores;
  return {
    before: async ({ event: exchange }) => {
      const key = exchange.headers['idempotency-key'];
      if (key === undefined || !handlerOf(exchange).route.idempotent || !exchange.caller) return;
      if (!/^[\x21-\x7e]{1,128}$/.test(key)) throw badKey();
      const callerId = exchange.caller.userId;
      const claim = await store.claim(callerId, key, fingerprint(exchange));
      if (claim.state === 'running') {
        throw new AppError(
          'resource.conflict',
          'The first request with this Idempotency-Key still runs, or its answer was too large to keep.',
          { retryAfter: claim.retryAfterSeconds },
        );
      }
      if (claim.state === 'new') exchange.claim = { callerId, key, id: claim.id };
      if (claim.state === 'done') exchange.replay = replayOf(claim);
    },
    after: async ({ event: exchange, response }) => {
      const { claim } = exchange;
      if (!claim || !response) return;
      // From here on the work is done: should keeping the answer fail, the key must not become free again.
      exchange.claim = null;
      await store.complete(claim.callerId, claim.key, {
        status: response.statusCode ?? 200,
        headers: textHeaders(response),
        body: response.body ?? '',
      });
    },
    onError: async ({ event: { claim } }) => {
      if (!claim) return;
      try {
        await store.release(claim.callerId, claim.key);
      } catch (error) {
        // What went wrong before is what the caller has to hear; the key is free by itself a little later.
        platform.log({ level: 'warn', message: 'Idempotency-Key not released', error: String(error) });
      }
    },
  };
};

const fingerprint = ({ method, path, event }: Exchange): string =>
  createHash('sha256')
    .update(JSON.stringify([method, path, event.rawQueryString ?? '', event.body ?? '']))
    .digest('hex');

const replayOf = (done: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}): APIGatewayProxyStructuredResultV2 => ({
  statusCode: done.status,
  headers: { ...done.headers, 'idempotency-replayed': 'true' },
  body: done.body,
});

const textHeaders = (response: APIGatewayProxyStructuredResultV2): Record<string, string> =>
  Object.fromEntries(Object.entries(response.headers ?? {}).map(([name, value]) => [name, String(value)]));

const badKey = (): AppError =>
  new AppError('request.invalid', 'An Idempotency-Key is 1 to 128 visible ASCII characters.', {
    errors: [
      { in: 'header', pointer: '/idempotency-key', message: 'must be 1 to 128 visible ASCII characters' },
    ],
  });
