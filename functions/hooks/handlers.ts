import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Exchange, newExchange } from '../../shared/http/exchange.ts';
import { problems } from '../../shared/http/problem.ts';
import { requestLog } from '../../shared/http/request-log.ts';
import type { Platform } from '../../shared/platform.ts';
import { makeResume } from '../resume/resume.ts';
import { hookHeaders, RESUME_POLICY } from './hook-headers.ts';
import { receive } from './receive.ts';
import { makeResults } from './results.ts';

/** The entry of the hooks host. It stands apart from the API: strangers' requests in, workflows' own answers out. */
export const hooksHandler = (platform: Platform) => {
  type Reply = (exchange: Exchange) => Promise<APIGatewayProxyStructuredResultV2>;
  const stack = (reply: Reply, policy?: string) =>
    middy<Exchange, APIGatewayProxyStructuredResultV2>(reply)
      .use(requestLog(platform))
      .use(hookHeaders(policy))
      .use(problems(platform));
  const hooks = stack((exchange) => receive(platform, exchange));
  const links = stack(makeResume(platform), RESUME_POLICY);
  const results = stack(makeResults(platform));
  const stackFor = (path: string) => {
    if (path.startsWith('/resume/')) return links;
    return path.startsWith('/results/') ? results : hooks;
  };
  return async (
    event: APIGatewayProxyEventV2,
    context?: Context,
  ): Promise<APIGatewayProxyStructuredResultV2> =>
    stackFor(event.rawPath)(
      newExchange(event, { requestId: platform.random.id(), now: platform.clock.now() }),
      context ?? ({} as Context),
    );
};
