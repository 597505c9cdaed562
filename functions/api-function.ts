import type { Handler } from '../shared/http/define-handler.ts';
import { lambdaHandler } from '../shared/http/lambda.ts';
import { gatewayFunction } from './gateway-function.ts';
import { perPlatform } from './per-platform.ts';

/** The function of a resource: its handlers in the stack of all. */
export const apiFunction = (handlers: readonly Handler[]): ReturnType<typeof gatewayFunction> =>
  gatewayFunction(perPlatform((platform) => lambdaHandler(handlers, platform)));
