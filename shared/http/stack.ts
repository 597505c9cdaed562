import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Platform } from '../platform.ts';
import { access } from './access.ts';
import type { Handler } from './define-handler.ts';
import type { Exchange } from './exchange.ts';
import { idempotency } from './idempotency.ts';
import { bodyLimit, jsonBody } from './json-body.ts';
import { operation } from './operation.ts';
import { problems } from './problem.ts';
import { requestLog } from './request-log.ts';
import { routing } from './routing.ts';
import { securityHeaders } from './security-headers.ts';
import { validation } from './validation.ts';

/**
 * Every request of the API goes through this, in this order, and back the other way round. The caller is known before
 * the body is parsed: strangers cost nothing.
 */
export const stack = (handlers: readonly Handler[], platform: Platform) =>
  middy<Exchange, APIGatewayProxyStructuredResultV2>(operation(platform))
    .use(requestLog(platform))
    .use(securityHeaders())
    .use(problems(platform))
    .use(routing(handlers))
    .use(bodyLimit())
    .use(access(platform))
    .use(jsonBody())
    .use(validation())
    .use(idempotency(platform));
