import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { gatewayFunction } from '../../functions/gateway-function.ts';

const event = { requestContext: { requestId: 'request-1' } } as APIGatewayProxyEventV2;
const context = {} as Context;

describe('a function behind an HTTP API', () => {
  it('says that it is not ready when it cannot be made, without saying why, and is asked again', async () => {
    let isThere = false;
    const handler = gatewayFunction(async () => {
      if (!isThere) throw new Error('arn:aws:dynamodb is not for you');
      return async () => ({ statusCode: 204 });
    });

    const refused = await handler(event, context);
    expect(refused).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    expect(refused.body).not.toContain('arn:');
    isThere = true;
    expect(await handler(event, context)).toEqual({ statusCode: 204 });
  });
});
