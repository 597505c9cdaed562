import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { log } from './log.ts';
import { traced } from './trace.ts';

type Handle = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** A function behind an HTTP API. `ready` answers what handles its requests, or rejects when it cannot be made now. */
export const gatewayFunction =
  (ready: () => Promise<Handle>): Handle =>
  async (event, context) => {
    let handle: Handle;
    try {
      handle = await ready();
    } catch (error) {
      log({ level: 'error', message: 'platform not made', error: String(error) });
      return notReady(event.requestContext.requestId);
    }
    return traced('request', { route: event.routeKey }, () => handle(event, context));
  };

/** Before there is a platform there is no stack that would turn an error into an answer. */
const notReady = (requestId: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 503,
  headers: { 'content-type': 'application/problem+json', 'retry-after': '5', 'x-request-id': requestId },
  body: JSON.stringify({
    type: '/docs#error-storage.unavailable',
    title: 'The database cannot be reached',
    status: 503,
    detail: `Try again in a few seconds. If it stays so, report the request id ${requestId}.`,
    instance: `urn:stepwell:request:${requestId}`,
    code: 'storage.unavailable',
    requestId,
  }),
});
