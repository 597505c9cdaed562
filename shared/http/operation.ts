import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AppError } from '../errors.ts';
import { hashId, newId } from '../ids.ts';
import type { Platform } from '../platform.ts';
import type { HandlerAnswer } from './define-handler.ts';
import { type Exchange, handlerOf } from './exchange.ts';
import { MAX_BODY_BYTES } from './json-body.ts';
import { etagOf, ifMatchOf } from './preconditions.ts';

/** The innermost step: calls the handler and writes down its answer, or gives the first answer again. */
export const operation =
  (platform: Platform) =>
  async (exchange: Exchange): Promise<APIGatewayProxyStructuredResultV2> => {
    if (exchange.replay) return exchange.replay;
    const { route, handle } = handlerOf(exchange);
    const { claim } = exchange;
    const answer = await handle({
      params: exchange.params,
      query: exchange.query,
      body: exchange.body,
      caller: exchange.caller,
      platform,
      headers: exchange.headers,
      cookies: exchange.cookies,
      requestId: exchange.requestId,
      sourceIp: exchange.sourceIp,
      idOf: (prefix, part = '') =>
        claim ? hashId(prefix, JSON.stringify(['request', claim.id, part])) : newId(prefix),
      ifMatch: ifMatchOf(exchange),
    });
    const body = bodyOf(exchange, answer);
    const isBytes = body instanceof Uint8Array;
    return {
      statusCode: answer?.status ?? route.status,
      headers: {
        ...(body === undefined ? {} : { 'content-type': route.mediaType ?? 'application/json' }),
        ...(answer?.etag === undefined ? {} : { etag: etagOf(answer.etag) }),
        ...answer?.headers,
      },
      ...(answer?.cookies ? { cookies: [...answer.cookies] } : {}),
      ...(body === undefined ? {} : { body: isBytes ? Buffer.from(body).toString('base64') : body }),
      ...(isBytes ? { isBase64Encoded: true } : {}),
    };
  };

/** The response schema also drops what is not meant for callers, such as a record's hashes. */
const bodyOf = (
  exchange: Exchange,
  answer: HandlerAnswer<unknown> | undefined,
): string | Uint8Array | undefined => {
  const { route } = handlerOf(exchange);
  if (!route.response) return undefined;
  const value = route.response.parse(answer?.body);
  if (value instanceof Uint8Array) return value;
  const text = route.mediaType && typeof value === 'string' ? value : JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    throw new AppError(
      'request.tooLarge',
      `The answer is larger than ${MAX_BODY_BYTES} bytes. Ask for less with limit.`,
    );
  }
  return text;
};
