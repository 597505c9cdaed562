import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What an HTTP API hands over as text; everything else arrives in base64. */
const TEXT_TYPE =
  /^(text\/|application\/(json|xml|javascript|x-www-form-urlencoded|graphql)|[^;]+\+(json|xml))/i;

/** A request as an event of an API Gateway HTTP API, payload format 2.0. */
export const toGatewayEvent = (
  request: IncomingMessage,
  body: Buffer,
  made: { readonly requestId: string; readonly now: number },
): APIGatewayProxyEventV2 => {
  const [rawPath, rawQueryString] = splitTarget(request.url ?? '/');
  const { cookie, ...headers } = joinedHeaders(request);
  const isText = body.length > 0 && TEXT_TYPE.test(headers['content-type'] ?? 'text/') && isUtf8(body);
  const query = queryOf(rawQueryString);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: made.requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(made.now).toISOString(),
      timeEpoch: made.now,
    },
    ...(body.length === 0 ? {} : { body: isText ? body.toString() : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

/** Path and query of a request target, which a proxy may send with its origin. */
const splitTarget = (target: string): [path: string, query: string] => {
  const local = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/, '');
  const at = local.indexOf('?');
  const path = at < 0 ? local : local.slice(0, at);
  return [path.startsWith('/') ? path : `/${path}`, at < 0 ? '' : local.slice(at + 1)];
};

const joinedHeaders = (request: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct))
    if (values) headers[name] = values.join(name === 'cookie' ? '; ' : ',');
  return headers;
};

const queryOf = (raw: string): Record<string, string> | undefined => {
  if (raw === '') return undefined;
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(raw))
    query[name] = name in query ? `${query[name]},${value}` : value;
  return query;
};

/** Sends the result of a function the way the gateway would. */
export const sendGatewayResult = (
  result: APIGatewayProxyStructuredResultV2,
  response: ServerResponse,
): void => {
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  if (result.cookies) response.setHeader('set-cookie', result.cookies);
  response.statusCode = result.statusCode ?? 200;
  const bodiless = response.statusCode === 204 || response.statusCode === 304;
  if (!bodiless) response.setHeader('content-length', body.length);
  response.end(bodiless ? undefined : body);
};
