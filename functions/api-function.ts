import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Handler } from '../shared/http/define-handler.ts';
import { lambdaHandler } from '../shared/http/lambda.ts';
import { perPlatform } from './per-platform.ts';

type GatewayFunction = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The function of a resource: its handlers in the stack of all. */
export const apiFunction = (handlers: readonly Handler[]): GatewayFunction => {
  const handle = perPlatform((platform) => lambdaHandler(handlers, platform));
  return async (event, context) => (await handle())(event, context);
};
