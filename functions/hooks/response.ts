import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { WorkflowResponse } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';
import { MAX_BODY_BYTES } from '../../shared/http/json-body.ts';

/** What a workflow may say in headers. Cookies are not among them: all workflows share one host. */
const ALLOWED_HEADERS = new Set([
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
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

/** The answer a node has written. */
export const fromWorkflow = ({
  status,
  headers,
  body,
}: WorkflowResponse): APIGatewayProxyStructuredResultV2 => {
  const kept = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name, value]) => isAllowed(name) && !UNPRINTABLE.test(value));
  const statusCode = status >= 200 && status <= 599 ? status : 500;
  if (BODILESS.has(statusCode)) return { statusCode, headers: Object.fromEntries(kept) };
  const [mediaType, text] =
    body.kind === 'json'
      ? ['application/json', JSON.stringify(body.value) ?? 'null']
      : ['text/plain; charset=utf-8', body.value];
  return sized({
    statusCode,
    headers: { 'content-type': mediaType, ...Object.fromEntries(kept) },
    body: text,
  });
};

/** The items of the last node: one item as an object, any other number as a list. */
export const fromItems = (items: readonly Item[]): APIGatewayProxyStructuredResultV2 => {
  const [first, ...more] = items.map((item) => item.json);
  return json(200, first && more.length === 0 ? first : items.map((item) => item.json));
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

const isAllowed = (name: string): boolean => ALLOWED_HEADERS.has(name) || OWN_HEADER.test(name);

const sized = (result: APIGatewayProxyStructuredResultV2): APIGatewayProxyStructuredResultV2 => {
  if (Buffer.byteLength(result.body ?? '') <= MAX_BODY_BYTES) return result;
  throw new AppError('workflow.failed', `The workflow's answer is larger than ${MAX_BODY_BYTES} bytes.`);
};
