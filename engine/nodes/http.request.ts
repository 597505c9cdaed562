import { z } from 'zod';
import { authenticate } from '../credentials/authenticate.ts';
import { HTTP_CREDENTIAL_TYPES } from '../credentials/registry.ts';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import type { HttpRequest, HttpResponse } from '../ports.ts';
import { defineNode } from './define-node.ts';
import { bodyOf, headersOf, readBody, retryAfterOf, urlOf } from './http-message.ts';

/** Methods that change nothing (RFC 9110 §9.2.1): they may be repeated without a key. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Answers that may be different a moment later. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429]);
const EXCERPT_CHARACTERS = 500;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const parameters = z.strictObject({
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
    .default('GET')
    .meta({ title: 'Method' }),
  url: z
    .string()
    .min(1)
    .max(8_192)
    .meta({ title: 'URL', examples: ['https://api.example.com/orders/{{ $json.id }}'] }),
  query: z
    .record(z.string(), z.union([scalar, z.array(scalar)]))
    .default({})
    .meta({ title: 'Query' }),
  headers: z.record(z.string().max(256), scalar).default({}).meta({ title: 'Headers' }),
  body: z
    .strictObject({
      kind: z.enum(['json', 'form', 'text']).default('json').meta({ title: 'Kind' }),
      value: z.json().optional().meta({ title: 'Value' }),
    })
    .optional()
    .meta({ title: 'Body', description: 'JSON, the fields of a form, or text.' }),
  timeoutSeconds: z
    .number()
    .positive()
    .max(300)
    .default(30)
    .meta({ title: 'Timeout', description: 'Seconds for the whole exchange.' }),
  maxRedirects: z
    .int()
    .min(0)
    .max(5)
    .default(5)
    .meta({ title: 'Redirects', description: 'How many are followed.' }),
  maxResponseBytes: z
    .int()
    .min(1)
    .max(16 * 1024 * 1024)
    .default(4 * 1024 * 1024)
    .meta({ title: 'Largest answer', description: 'In bytes; a larger one fails the node.' }),
  response: z
    .enum(['auto', 'json', 'text'])
    .default('auto')
    .meta({ title: 'Response', description: 'How the answer is read; auto goes by its content type.' }),
  fullResponse: z
    .boolean()
    .default(false)
    .meta({ title: 'Full response', description: 'Gives status, headers and body, and not the body alone.' }),
  neverError: z
    .boolean()
    .default(false)
    .meta({ title: 'Never fail', description: 'Takes answers of 400 and above as answers.' }),
});

export const httpRequest = defineNode({
  type: 'http.request',
  name: 'HTTP request',
  description: 'Calls an API for each item. Calls that may change something carry an Idempotency-Key.',
  category: 'HTTP',
  icon: 'globe',
  mode: 'perItem',
  concurrency: 10,
  credentialTypes: HTTP_CREDENTIAL_TYPES,
  effect: ({ method }) => (SAFE.has(method) ? 'read' : 'write'),
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
  execute: async ({ parameters: given, ports, idempotencyKey, signal, credential }) => {
    const { content, mediaType } = bodyOf(given.body);
    const own = await credential();
    const request: HttpRequest = {
      method: given.method,
      url: urlOf(given.url, given.query),
      headers: {
        accept: '*/*',
        ...(mediaType === null ? {} : { 'content-type': mediaType }),
        ...(SAFE.has(given.method) ? {} : { 'idempotency-key': idempotencyKey }),
        ...headersOf(given.headers),
      },
      ...(content === null ? {} : { body: content }),
      maxRedirects: given.maxRedirects,
      timeoutMilliseconds: given.timeoutSeconds * 1000,
      maxResponseBytes: given.maxResponseBytes,
      signal,
    };
    const response = await ports.http.request(own ? authenticate(request, own) : request);
    if (response.status >= 400 && !given.neverError) throw statusError(response, ports.clock.now());
    const body = readBody(response, given.response);
    if (given.fullResponse)
      return { outputs: { main: [{ json: { status: response.status, headers: response.headers, body } }] } };
    return { outputs: { main: itemsOf(body) } };
  },
});

/** A list of objects becomes an item each; anything that is no object goes under `data`. */
const itemsOf = (body: Json) => {
  const isObject = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const values: readonly Json[] = Array.isArray(body) && body.every(isObject) ? body : [body];
  return values.map((value) => ({
    json: isObject(value) ? (value as { [key: string]: Json }) : { data: value },
  }));
};

const statusError = (response: HttpResponse, now: number): NodeError => {
  const text = new TextDecoder()
    .decode(response.body.subarray(0, EXCERPT_CHARACTERS * 4))
    .slice(0, EXCERPT_CHARACTERS);
  return new NodeError('http.status', `The server answered ${response.status}.`, {
    retryable: response.status >= 500 || RETRYABLE.has(response.status),
    retryAfter: retryAfterOf(response.headers['retry-after'], now),
    details: { status: response.status, body: text },
  });
};
