import { z } from 'zod';
import { definitionSchema } from '../../engine/definition.ts';
import { type ErrorCode, statusOf } from '../errors.ts';
import { ROUTES } from './api.ts';
import { hooksHostPaths } from './hooks-host.ts';
import type { OpenApi, Operation, Parameter } from './openapi-document.ts';
import { BASE_PATH } from './paths.ts';
import type { Access, Route } from './route.ts';
import { type JsonSchema, SchemaBook } from './schema-book.ts';
import { storedDefinition } from './workflows.ts';

/** What any route of its kind may answer with, besides the errors it declares. */
const commonErrors = (route: Route): ErrorCode[] => [
  ...new Set<ErrorCode>([
    ...route.errors,
    ...(route.access.who === 'public'
      ? []
      : (['auth.required', 'auth.invalid', 'auth.expired', 'auth.forbidden'] as const)),
    // Also where nothing is wanted: what comes all the same is looked at, and refused.
    'request.invalid',
    'request.malformed',
    'request.tooLarge',
    'request.mediaType',
    ...(route.idempotent ? (['idempotency.mismatch', 'resource.conflict'] as const) : []),
    'internal',
    'storage.unavailable',
    'storage.full',
  ]),
];

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().describe('Stable; what programs should look at.'),
    errors: z
      .array(
        z.object({
          in: z.enum(['path', 'query', 'header']).optional().describe('The body when missing.'),
          pointer: z.string().describe('A JSON pointer.'),
          message: z.string(),
          code: z.string().optional(),
          nodeId: z.string().optional(),
        }),
      )
      .optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });

/** The API as an OpenAPI 3.1 document, all of it from the route table, with what stands beside it on the host of webhooks. */
export const buildOpenApi = (apiUrl: string, hooksUrl: string): OpenApi => {
  const book = new SchemaBook();
  book.add('Definition', definitionSchema, storedDefinition);
  const problem = book.refer(problemSchema, 'output');
  const paths: OpenApi['paths'] = {};
  for (const route of ROUTES) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route, book, problem, apiUrl);
    paths[route.path] = operations;
  }
  Object.assign(paths, hooksHostPaths(hooksUrl, book, problem));
  return {
    openapi: '3.1.0' as const,
    info: {
      title: 'Stepwell',
      version: '1',
      summary: 'Workflow automation in your own AWS account.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: `${apiUrl}${BASE_PATH}` }],
    tags: [...new Set(Object.values(paths).flatMap(tagsIn))].map((name) => ({ name })),
    paths,
    components: {
      schemas: book.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
};

const tagsIn = (operations: Readonly<Record<string, Operation>>): readonly string[] =>
  Object.values(operations).flatMap(({ tags }) => tags);

/** The first segment of the path: how routes are grouped. */
export const resourceOf = (route: Route): string => route.path.split('/')[1] ?? '';

const operationOf = (route: Route, book: SchemaBook, problem: JsonSchema, apiUrl: string): Operation => ({
  operationId: route.id,
  tags: [resourceOf(route)],
  summary: route.summary,
  ...(route.access.who === 'user' || route.access.who === 'admin'
    ? { description: `Scope of an API key: \`${route.access.scope}\`.${adminsOnly(route.access)}` }
    : {}),
  security: securityOf(route.access),
  ...(route.root ? { servers: [{ url: apiUrl }] } : {}),
  parameters: [
    ...parametersOf(route.params, 'path', book),
    ...parametersOf(route.query, 'query', book),
    ...headersOf(route),
  ],
  ...(route.body
    ? {
        requestBody: {
          required: !route.body.safeParse(undefined).success,
          content: { 'application/json': { schema: book.refer(route.body, 'input') } },
        },
      }
    : {}),
  responses: responsesOf(route, book, problem),
});

const adminsOnly = (access: Access): string => (access.who === 'admin' ? ' Admins only.' : '');

const securityOf = (access: Access): object[] => {
  if (access.who === 'public') return [];
  return access.who === 'session' ? [{ bearer: [] }] : [{ bearer: [] }, { apiKey: [] }];
};

const parametersOf = (
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  book: SchemaBook,
): Parameter[] => {
  if (!schema) return [];
  const { properties = {}, required = [] } = book.inline(schema);
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(property.description ? { description: property.description } : {}),
    schema: property,
  }));
};

const headersOf = (route: Route): Parameter[] => {
  const changes = route.method === 'PUT' || route.method === 'PATCH' || route.method === 'DELETE';
  const header = (name: string, description: string): Parameter => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  return [
    ...(route.concurrency && (changes || route.errors.includes('resource.changed'))
      ? [header('If-Match', 'The ETag read before: refuses to overwrite a newer one.')]
      : []),
    ...(route.idempotent
      ? [header('Idempotency-Key', 'Repeats with the same key get the first answer, for 24 hours.')]
      : []),
  ];
};

const responsesOf = (route: Route, book: SchemaBook, problem: JsonSchema): Operation['responses'] => {
  const success = {
    description: 'Success.',
    ...(route.concurrency ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
    ...(route.response
      ? {
          content: {
            [route.mediaType ?? 'application/json']: { schema: book.refer(route.response, 'output') },
          },
        }
      : {}),
  };
  const byStatus = Map.groupBy(commonErrors(route), statusOf);
  return Object.fromEntries([
    [String(route.status), success],
    ...(route.alternativeStatus === undefined ? [] : [[String(route.alternativeStatus), success]]),
    ...[...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [
        String(status),
        {
          description: codes.map((code) => `\`${code}\``).join(', '),
          content: { 'application/problem+json': { schema: problem } },
        },
      ]),
  ]);
};
