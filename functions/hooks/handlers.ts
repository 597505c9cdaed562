import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Exchange, newExchange } from '../../shared/http/exchange.ts';
import { problems } from '../../shared/http/problem.ts';
import { requestLog } from '../../shared/http/request-log.ts';
import type { Platform } from '../../shared/platform.ts';
import { hookHeaders } from './hook-headers.ts';
import { receive } from './receive.ts';

/** The entry of the hooks host. It stands apart from the API: strangers' requests in, workflows' own answers out. */
export const hooksHandler = (platform: Platform) => {
  const run = middy<Exchange, APIGatewayProxyStructuredResultV2>((exchange: Exchange) =>
    receive(platform, exchange),
  )
    .use(requestLog(platform))
    .use(hookHeaders())
    .use(problems(platform));
  return async (
    event: APIGatewayProxyEventV2,
    context?: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> =>
    run(
      newExchange(event, { requestId: platform.random.id(), now: platform.clock.now() }),
      context ?? ({} as Context),
    );
};
