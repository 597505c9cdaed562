import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Platform } from '../platform.ts';
import type { Handler } from './define-handler.ts';
import { newExchange } from './exchange.ts';
import { stack } from './stack.ts';

/** A function's entry: on AWS behind an HTTP API (payload format 2.0), locally behind the server that speaks the same. */
export const lambdaHandler = (handlers: readonly Handler[], platform: Platform) => {
  const run = stack(handlers, platform);
  return async (
    event: APIGatewayProxyEventV2,
    context?: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> =>
    run(
      newExchange(event, { requestId: platform.random.id(), now: platform.clock.now() }),
      context ?? ({} as Context),
    );
};
