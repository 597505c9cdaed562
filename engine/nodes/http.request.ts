import { z } from 'zod';
import { authenticate } from '../credentials/authenticate.ts';
import { HTTP_CREDENTIAL_TYPES } from '../credentials/registry.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import type { HttpRequest, ResolvedCredential } from '../ports.ts';
import { defineNode, type NodeCall } from './define-node.ts';
import { isObject } from './field-path.ts';
import { type Answer, maxBytesOf, readAnswer } from './http/answer.ts';
import { bodyOf, writtenBody } from './http/body.ts';
import { headersOf, scalar, urlOf } from './http/message.ts';
import { allPages, type Page } from './http/pages.ts';
import { listOf, type Turn, writtenPagination } from './http/pagination.ts';
import { statusError } from './http/status-error.ts';

/** Methods that change nothing (RFC 9110 §9.2.1): they may be repeated without a key. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What an item does not take with it to another host, even if it stands among the headers. */
const SECRET_HEADERS = ['authorization', 'cookie', 'x-api-key', 'x-auth-token'];
const CONCURRENCY = 10;

const parameters = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']).default('GET').meta({
    title: 'Method',
    description: 'GET, HEAD and OPTIONS change nothing and are repeated without a key.',
  }),
  url: z
    .string()
    .min(1)
    .max(8_192)
    .meta({
      title: 'URL',
      description: 'Where the call goes; parameters of it stand in Query, and are encoded there.',
      examples: ['https://api.example.com/orders/{{ $json.id }}'],
    }),
  query: z
    .record(z.string(), z.union([scalar, z.array(scalar)]))
    .default({})
    .meta({ title: 'Query', description: 'A list sends its parameter several times.' }),
  headers: z.record(z.string().max(256), scalar).default({}).meta({
    title: 'Headers',
    description: 'Sent with the request; those of the credential go before them.',
  }),
  body: writtenBody.optional(),
  response: z.enum(['auto', 'json', 'text', 'file']).default('auto').meta({
    title: 'Response',
    description: 'How the answer is read; auto goes by its content type. A file goes with the item.',
  }),
  fileField: z
    .string()
    .min(1)
    .max(128)
    .default('data')
    .meta({ title: 'File field', description: 'What an answer that is a file is called in the item.' }),
  fileName: z
    .string()
    .max(255)
    .optional()
    .meta({
      title: 'File name',
      description: 'Otherwise what the server calls it.',
      examples: ['report.pdf'],
    }),
  fullResponse: z.boolean().default(false).meta({
    title: 'Full response',
    description: 'Gives status, headers and body, and not the body alone.',
  }),
  neverError: z
    .boolean()
    .default(false)
    .meta({ title: 'Never fail', description: 'Takes answers of 400 and above as answers.' }),
  pagination: writtenPagination.optional(),
  batching: z
    .strictObject({
      size: z
        .int()
        .min(1)
        .max(10_000)
        .default(10)
        .meta({ title: 'Calls', description: 'That begin in one interval.' }),
      intervalMilliseconds: z.int().min(0).max(3_600_000).default(1_000).meta({
        title: 'Interval',
        description: 'Milliseconds from the beginning of a batch to that of the next.',
      }),
    })
    .optional()
    .meta({ title: 'Batches', description: 'No more than so many calls in an interval.' }),
  concurrency: z
    .int()
    .min(1)
    .max(50)
    .default(CONCURRENCY)
    .meta({ title: 'Concurrency', description: 'Items that are called for at once.' }),
  timeoutSeconds: z.number().positive().max(300).default(30).meta({
    title: 'Timeout',
    description:
      'Seconds for one exchange. The node as a whole has a limit of its own, 60 seconds when it says nothing.',
  }),
  maxRedirects: z
    .int()
    .min(0)
    .max(5)
    .default(5)
    .meta({ title: 'Redirects', description: 'How many are followed.' }),
  maxResponseBytes: z
    .int()
    .min(1)
    .max(2 * 1024 * 1024 * 1024)
    .optional()
    .meta({
      title: 'Largest answer',
      description:
        'In bytes; a larger one fails the node. 4 MiB when left out, and 16 MiB at most, for what becomes part of an item; 256 MiB for a file.',
      examples: [1_048_576],
    }),
});
type Parameters = z.output<typeof parameters>;

export const httpRequest = defineNode({
  type: 'http.request',
  name: 'HTTP request',
  description: 'Calls an API for each item. Calls that may change something carry an Idempotency-Key.',
  category: 'HTTP',
  icon: 'globe',
  mode: 'perItem',
  concurrency: ({ concurrency }) => (typeof concurrency === 'number' ? concurrency : CONCURRENCY),
  pace: ({ batching }) => paceOf(batching),
  effect: ({ method }) => (SAFE.has(method) ? 'read' : 'write'),
  credentialTypes: HTTP_CREDENTIAL_TYPES,
  rawParameters: ['pagination'],
  parameters,
  example: {
    parameters: {
      method: 'POST',
      url: 'https://api.example.com/orders',
      body: { kind: 'json', value: { id: '{{ $json.id }}' } },
    },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { accepted: true } }] },
  },
  execute: async (call) => {
    const { pagination, fullResponse, fileField } = call.parameters;
    const credential = await call.credential();
    const ask = (turn: Turn, page: number) => exchange(call, credential, turn, page);
    const pages = pagination ? await allPages(pagination, call, ask) : [onlyPage((await ask({}, 0)).answer)];
    return { outputs: { main: pages.flatMap((page) => itemsOf(page, fullResponse, fileField)) } };
  },
});

/** Only what is written as numbers: batches are formed before anything is evaluated. */
const paceOf = (written: Json | undefined) => {
  const { success, data } = parameters.shape.batching.safeParse(written);
  return success && data ? data : null;
};

const exchange = async (
  call: NodeCall<Parameters>,
  credential: ResolvedCredential | null,
  turn: Turn,
  page: number,
): Promise<{ readonly answer: Answer; readonly url: string }> => {
  const { parameters: given, ports, signal, files, items } = call;
  const body =
    turn.body && given.body ? { ...given.body, value: merged(given.body.value, turn.body) } : given.body;
  const sent = bodyOf(body, { item: items[0], files, boundary: () => ports.random.id() });
  const headers = headersOf(given.headers);
  const first = urlOf(given.url, { ...given.query, ...turn.query });
  const url = turn.url === undefined ? first : urlOf(turn.url, {});
  const request: HttpRequest = {
    method: given.method,
    url,
    headers: {
      accept: '*/*',
      ...(sent === null ? {} : { 'content-type': sent.mediaType }),
      ...(SAFE.has(given.method) ? {} : { 'idempotency-key': keyOf(call.idempotencyKey, page) }),
      ...(isSameOrigin(first, url) ? headers : withoutSecrets(headers)),
    },
    ...(sent === null ? {} : { body: sent.body }),
    maxRedirects: given.maxRedirects,
    timeoutMilliseconds: given.timeoutSeconds * 1000,
    maxResponseBytes: maxBytesOf(given.response, given.maxResponseBytes),
    signal,
  };
  const answer = await ports.http.stream(credential ? authenticate(request, credential) : request);
  if (answer.status >= 400 && !given.neverError) throw await statusError(answer, ports.clock.now(), request);
  const asked = {
    method: given.method,
    format: given.response,
    maxBytes: given.maxResponseBytes,
    fileName: given.fileName,
  };
  return { answer: await readAnswer(answer, asked, files), url: answer.url };
};

const merged = (value: Json | undefined, more: JsonObject): Json | undefined =>
  value === undefined || isObject(value) ? { ...value, ...more } : value;

/** Each page is a call of its own. */
const keyOf = (key: string, page: number): string => (page === 0 ? key : `${key}/${page}`);

const isSameOrigin = (one: string, other: string): boolean =>
  URL.parse(one)?.origin === URL.parse(other)?.origin;

const withoutSecrets = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.includes(name)));

/** A list of objects becomes an item each. */
const onlyPage = (answer: Answer): Page => {
  const { body } = answer;
  const isList = Array.isArray(body) && body.every((each: Json) => isObject(each));
  return { answer, values: isList ? listOf(body) : [body] };
};

/** Anything that is no object goes under `data`. */
const itemsOf = ({ answer, values }: Page, full: boolean, fileField: string): Item[] => {
  const { status, headers, body, file } = answer;
  const binary = file ? { binary: { [fileField]: file } } : {};
  if (full) return [{ json: { status, headers, body }, ...binary }];
  if (file) {
    const { ref: _ref, ...about } = file;
    return [{ json: { ...about }, ...binary }];
  }
  return values.map((value) => ({ json: isObject(value) ? value : { data: value } }));
};
