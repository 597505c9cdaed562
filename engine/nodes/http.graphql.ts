import { z } from 'zod';
import { HTTP_CREDENTIAL_TYPES } from '../credentials/registry.ts';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { defineNode } from './define-node.ts';
import { isObject } from './field-path.ts';
import { callJson } from './http/json-call.ts';
import { scalar } from './http/message.ts';

/** What a query does: a mutation changes something, and so may what cannot be told apart. */
const isQuery = (text: string): boolean =>
  !/\b(mutation|subscription)\b/.test(text.replaceAll(COMMENT_OR_TEXT, ''));

/** GraphQL §2.1.4 and §2.9.4, with its texts in three quotes. */
const COMMENT_OR_TEXT = /#.*|"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n])*"/g;

export const httpGraphql = defineNode({
  type: 'http.graphql',
  name: 'GraphQL',
  description:
    'Sends a query or a mutation to a GraphQL API for each item. Errors in the answer fail the node.',
  category: 'HTTP',
  icon: 'graph',
  mode: 'perItem',
  effect: ({ query }) => (isQuery(query) ? 'read' : 'write'),
  credentialTypes: HTTP_CREDENTIAL_TYPES,
  parameters: z.strictObject({
    url: z
      .string()
      .max(8_192)
      .default('')
      .meta({
        title: 'URL',
        description: 'Where the API is.',
        examples: ['https://api.example.com/graphql'],
      }),
    query: z
      .string()
      .max(200_000)
      .default('')
      .meta({
        title: 'Query',
        description: 'Values belong into the variables, and not into the text.',
        format: 'graphql',
        examples: ['query Order($id: ID!) { order(id: $id) { total } }'],
      }),
    variables: z
      .record(z.string(), z.json())
      .default({})
      .meta({
        title: 'Variables',
        description: 'What stands in the query with $, by name.',
        examples: [{ id: '{{ $json.id }}' }],
      }),
    operationName: z
      .string()
      .max(256)
      .optional()
      .meta({
        title: 'Operation',
        description: 'Which of several operations in the query is meant.',
        examples: ['Orders'],
      }),
    headers: z.record(z.string().max(256), scalar).default({}).meta({
      title: 'Headers',
      description: 'Sent with the request; those of the credential go before them.',
    }),
    neverError: z.boolean().default(false).meta({
      title: 'Never fail',
      description: 'Gives data and errors side by side, and does not fail for the errors.',
    }),
    timeoutSeconds: z
      .number()
      .positive()
      .max(300)
      .default(30)
      .meta({ title: 'Timeout', description: 'Seconds for the whole exchange.' }),
  }),
  check: ({ url, query }) => [
    ...(url ? [] : [{ pointer: '/url', message: 'must be the address of the API' }]),
    ...(query ? [] : [{ pointer: '/query', message: 'must be a query or a mutation' }]),
  ],
  example: {
    parameters: {
      url: 'https://api.example.com/graphql',
      query: 'query Order($id: ID!) { order(id: $id) { total } }',
      variables: { id: '{{ $json.id }}' },
    },
    input: [{ json: { id: '7' } }],
    output: { main: [{ json: { order: { total: 12 } } }] },
  },
  execute: async (call) => {
    const { url, query, variables, operationName, headers, neverError, timeoutSeconds } = call.parameters;
    const { status, body } = await callJson(call, {
      url,
      headers: { accept: 'application/graphql-response+json, application/json;q=0.9', ...headers },
      sent: {
        json: {
          query,
          variables: variables as Json,
          ...(operationName === undefined ? {} : { operationName }),
        },
      },
      credential: await call.credential(),
      timeoutSeconds,
    });
    // An API answers in this form also with a status of 400.
    const isAnswer = isObject(body) && ('data' in body || Array.isArray(body.errors));
    if (!isAnswer) throw noAnswer(status, body);
    const { data = null, errors = [] } = body;
    if (neverError) return { outputs: { main: [{ json: { data, errors } }] } };
    if (Array.isArray(errors) && errors.length > 0) throw errorsOf(errors, data);
    return { outputs: { main: [{ json: isObject(data) ? data : { data } }] } };
  },
});

const noAnswer = (status: number, body: Json): NodeError =>
  new NodeError(
    status >= 400 ? 'http.status' : 'http.badResponse',
    status >= 400 ? `The server answered ${status}.` : 'The server did not answer as GraphQL does.',
    { details: { status, body: (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 500) } },
  );

const MOST_ERRORS = 20;

/** The first says what is wrong; all are in the details, with what data there was. */
const errorsOf = (errors: readonly Json[], data: Json): NodeError => {
  const messages = errors.map((error) => (isObject(error) ? String(error.message) : String(error)));
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new NodeError('graphql.errors', `${messages[0]}${more}`, {
    details: { errors: errors.slice(0, MOST_ERRORS), data },
  });
};
