import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AppError } from '../../shared/errors.ts';
import { MAX_BODY_BYTES } from '../../shared/http/json-body.ts';

/** What a workflow may say in headers. Cookies are not among them: all workflows share one host. */
const ALLOWED_HEADERS = new Set([
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'link',
  'location',
  'retry-after',
  'vary',
]);
/** A workflow's own headers are free, but for those that browsers and gateways listen to. */
const OWN_HEADER =
  /^x-(?!amz|amzn|frame-options|content-type-options|forwarded|request-id|xss-)[a-z0-9-]{1,64}$/;
const UNPRINTABLE = /[^\t\u0020-\u007e\u0080-\u00ff]/;
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** What an answer is made of. Bytes are sent as they are, under the type that is said. */
interface Content {
  readonly mediaType: string;
  readonly body: string | Uint8Array;
}

export const asJson = (value: unknown): Content => ({
  mediaType: 'application/json',
  body: JSON.stringify(value) ?? 'null',
});

export const asText = (text: string): Content => ({ mediaType: 'text/plain; charset=utf-8', body: text });

/** With a workflow's own status and headers, as far as they may be sent. */
export const answerOf = (
  status: number,
  headers: Readonly<Record<string, string>>,
  content: Content | null,
): APIGatewayProxyStructuredResultV2 => {
  const kept = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name, value]) => isAllowed(name) && !UNPRINTABLE.test(value));
  const statusCode = status >= 200 && status <= 599 ? status : 500;
  if (content === null || BODILESS.has(statusCode)) return { statusCode, headers: Object.fromEntries(kept) };
  const isText = typeof content.body === 'string';
  return sized({
    statusCode,
    headers: { 'content-type': typeOf(content), ...Object.fromEntries(kept) },
    body: isText ? String(content.body) : Buffer.from(content.body).toString('base64'),
    ...(isText ? {} : { isBase64Encoded: true }),
  });
};

export const json = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 =>
  sized({
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** That of a file is whatever some node has called it. */
const typeOf = ({ mediaType }: Content): string =>
  UNPRINTABLE.test(mediaType) ? 'application/octet-stream' : mediaType;

const isAllowed = (name: string): boolean => ALLOWED_HEADERS.has(name) || OWN_HEADER.test(name);

const sized = (result: APIGatewayProxyStructuredResultV2): APIGatewayProxyStructuredResultV2 => {
  const encoding = result.isBase64Encoded ? 'base64' : 'utf8';
  if (Buffer.byteLength(result.body ?? '', encoding) <= MAX_BODY_BYTES) return result;
  throw new AppError('workflow.failed', `The workflow's answer is larger than ${MAX_BODY_BYTES} bytes.`);
};
