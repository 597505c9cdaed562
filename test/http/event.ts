import type { APIGatewayProxyEventV2 } from 'aws-lambda';

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text: then as it is. */
  readonly body?: unknown;
  readonly base64?: boolean;
  readonly routeKey?: string;
  readonly pathParameters?: Record<string, string>;
  readonly sourceIp?: string;
  /** `name=value` each. */
  readonly cookies?: readonly string[];
}

/** What an HTTP API hands to a function (payload format 2.0). */
export const anEvent = (sent: Sent): APIGatewayProxyEventV2 => {
  const method = sent.method ?? 'GET';
  const text =
    typeof sent.body === 'string' || sent.body === undefined ? sent.body : JSON.stringify(sent.body);
  const body = text !== undefined && sent.base64 ? Buffer.from(text).toString('base64') : text;
  return {
    version: '2.0',
    routeKey: sent.routeKey ?? '$default',
    rawPath: sent.path,
    rawQueryString: sent.query ?? '',
    ...(sent.cookies ? { cookies: [...sent.cookies] } : {}),
    headers: {
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...sent.headers,
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method,
        path: sent.path,
        protocol: 'HTTP/1.1',
        sourceIp: sent.sourceIp ?? '192.0.2.1',
        userAgent: 'test',
      },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '01/Jan/2030:00:00:00 +0000',
      timeEpoch: 1_893_456_000_000,
    },
    isBase64Encoded: sent.base64 ?? false,
    ...(sent.pathParameters ? { pathParameters: sent.pathParameters } : {}),
    ...(body === undefined ? {} : { body }),
  };
};
