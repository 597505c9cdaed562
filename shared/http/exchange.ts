import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Caller } from '../auth/caller.ts';
import type { Handler } from './define-handler.ts';

/** A request on its way through the stack. Each middleware fills in what it finds out. */
export interface Exchange {
  readonly event: APIGatewayProxyEventV2;
  readonly requestId: string;
  readonly method: string;
  /** As sent: still percent-encoded. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** By name; of two with one name the first counts (RFC 6265 §5.4 sends the nearer one first). */
  readonly cookies: ReadonlyMap<string, string>;
  readonly sourceIp: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  handler: Handler | null;
  caller: Caller | null;
  /** What the body said, before and after validation. */
  body: unknown;
  params: unknown;
  query: unknown;
  /** The Idempotency-Key taken by this request, to be completed or released. `id` is that of its repeats, too. */
  claim: { readonly callerId: string; readonly key: string; readonly id: string } | null;
  /** The answer a repeated request gets again. */
  replay: APIGatewayProxyStructuredResultV2 | null;
  /** For the answer, whether it succeeds or not. */
  readonly answerHeaders: Record<string, string>;
}

export const newExchange = (
  event: APIGatewayProxyEventV2,
  made: { readonly requestId: string; readonly now: number },
): Exchange => ({
  event,
  requestId: event.requestContext?.requestId || made.requestId,
  method: event.requestContext.http.method.toUpperCase(),
  path: event.rawPath,
  headers: Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  cookies: cookiesOf(event.cookies ?? []),
  sourceIp: event.requestContext.http.sourceIp ?? '',
  startedAt: made.now,
  handler: null,
  caller: null,
  body: undefined,
  params: undefined,
  query: undefined,
  claim: null,
  replay: null,
  answerHeaders: {},
});

const cookiesOf = (written: readonly string[]): ReadonlyMap<string, string> => {
  const cookies = new Map<string, string>();
  for (const cookie of written) {
    const [name = '', ...value] = cookie.split('=');
    if (!cookies.has(name.trim())) cookies.set(name.trim(), value.join('='));
  }
  return cookies;
};

/** The operation of an exchange. Routing has run before anything asks. */
export const handlerOf = (exchange: Exchange): Handler => {
  if (!exchange.handler) throw new Error('No handler: the routing middleware must come first.');
  return exchange.handler;
};
