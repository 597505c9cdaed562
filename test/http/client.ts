import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Handler } from '../../shared/http/define-handler.ts';
import { lambdaHandler } from '../../shared/http/lambda.ts';
import type { Platform } from '../../shared/platform.ts';
import { mustBeDeclared } from './declared.ts';
import { anEvent } from './event.ts';

type Sent = Parameters<typeof anEvent>[0];

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON that came, or its text when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  readonly body: any;
  /** Values of Set-Cookie. */
  readonly cookies: readonly string[];
}

/**
 * Calls handlers as API Gateway would. `token` and `key` become headers. Answers must be those the document declares, unless
 * the handlers are made up.
 */
export const aClient = (
  handlers: readonly Handler[],
  platform: Platform,
  { areMadeUp = false }: { readonly areMadeUp?: boolean } = {},
) => {
  const handle = lambdaHandler(handlers, platform);
  return async (sent: Sent & { readonly token?: string; readonly key?: string }): Promise<Answer> => {
    const headers = {
      ...(sent.token === undefined ? {} : { authorization: `Bearer ${sent.token}` }),
      ...(sent.key === undefined ? {} : { 'x-api-key': sent.key }),
      ...sent.headers,
    };
    const event = anEvent({ ...sent, headers });
    const answer = answerOf(await handle(event));
    if (!areMadeUp) mustBeDeclared(event.requestContext.http.method, event.rawPath, answer);
    return answer;
  };
};

export const answerOf = ({
  statusCode,
  headers,
  body,
  cookies = [],
}: APIGatewayProxyStructuredResultV2): Answer => {
  const texts = Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const isJson = texts['content-type']?.includes('json');
  return { status: statusCode ?? 0, headers: texts, cookies, body: isJson && body ? JSON.parse(body) : body };
};
