import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Exchange } from './exchange.ts';

/** One step of the stack. */
export type Middleware = MiddlewareObj<Exchange, APIGatewayProxyStructuredResultV2>;
