import { z } from 'zod';
import { type ErrorCode, statusOf } from '../errors.ts';
import type { Operation, Parameter, Response } from './openapi-document.ts';
import type { JsonSchema, SchemaBook } from './schema-book.ts';

/**
 * What stands beside the API, on a host of its own: webhooks, the links of waits and approvals, results that are read later.
 * Its answers are those of workflows, or pages for people, so that it has no routes with schemas as the API has.
 */
export const hooksHostPaths = (
  hooksUrl: string,
  book: SchemaBook,
  problem: JsonSchema,
): Record<string, Record<string, Operation>> => {
  const operation = (written: Written): Operation => ({
    operationId: written.id,
    tags: [written.tag],
    summary: written.summary,
    description: written.description,
    security: [],
    servers: [{ url: hooksUrl }],
    parameters: [...written.path, ...(written.headers ?? [])],
    ...(written.body ? { requestBody: { required: false, content: written.body } } : {}),
    responses: { ...written.responses, ...refusals(problem, [...written.errors, ...ALWAYS]) },
  });
  const hook = (method: string, id: string, path: readonly Parameter[]): Operation =>
    operation({
      id: `${id}${method.charAt(0).toUpperCase()}${method.slice(1)}`,
      tag: 'hooks',
      path,
      headers: [IDEMPOTENCY_KEY],
      ...HOOK,
      ...(method === 'get' || method === 'delete' ? {} : { body: { '*/*': { schema: {} } } }),
    });
  const hookPath = (id: string, path: readonly Parameter[]): Record<string, Operation> => ({
    ...Object.fromEntries(HOOK_VERBS.map((method) => [method, hook(method, id, path)])),
    options: operation({ id: `${id}Options`, tag: 'hooks', path, ...PREFLIGHT }),
  });
  const question = book.refer(questionSchema, 'output');
  const accepted = book.refer(acceptedSchema, 'output');
  const answer = book.refer(answerSchema, 'input');
  const decide = (id: string): Operation =>
    operation({
      id,
      tag: 'resume',
      ...DECIDE,
      path: [TOKEN],
      body: {
        'application/json': { schema: answer },
        'application/x-www-form-urlencoded': { schema: {} },
      },
      responses: { 202: { description: 'The answer has been taken.', content: jsonOrPage(accepted) } },
    });
  return {
    '/hooks/{hookId}': hookPath('callHook', [HOOK_ID]),
    '/hooks/{hookId}/{rest}': hookPath('callHookPath', [HOOK_ID, REST]),
    '/resume/{token}': {
      get: operation({
        id: 'showQuestion',
        tag: 'resume',
        ...SHOW,
        path: [TOKEN],
        responses: {
          200: { description: 'What is asked. Opening it decides nothing.', content: jsonOrPage(question) },
        },
      }),
      post: decide('answerQuestion'),
      put: decide('answerQuestionPut'),
    },
    '/results/{token}': {
      get: operation({ id: 'readResult', tag: 'results', ...RESULT, path: [TOKEN] }),
    },
  };
};

interface Written {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly path: readonly Parameter[];
  readonly headers?: readonly Parameter[];
  readonly body?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly errors: readonly ErrorCode[];
}

const HOOK_VERBS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const ALWAYS: readonly ErrorCode[] = ['internal', 'storage.unavailable', 'storage.full'];

const inPath = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});
const HOOK_ID = inPath(
  'hookId',
  'What publishing told, or the slug; `test_…` for one that listens for a draft.',
);
const REST = inPath('rest', 'What fits the path of the trigger: one segment or several, parted by "/".');
const TOKEN = inPath('token', 'Signed: nobody guesses one, and one that was changed is not found.');
const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A repeat with the same key gets the execution, and the answer, of the first.',
  schema: { type: 'string' },
};

const ANYTHING = { '*/*': { schema: {} } };

const LATER: Response = {
  description: 'Accepted: the id of the execution; `resultUrl` where the answer took longer than 25 seconds.',
  content: ANYTHING,
};

const HOOK = {
  summary: 'Call a webhook',
  description:
    'Starts the workflow that is published there, with any body of at most 4 MiB. What is answered, and when, is said by the trigger: at once, by the last node, or by a Respond node.',
  responses: {
    200: { description: 'The answer of the workflow.', content: ANYTHING },
    202: LATER,
    204: { description: 'Nothing was started: `onlyIf` was not true.' },
    default: { description: 'Any other status that the workflow answers with.', content: ANYTHING },
  },
  errors: [
    'request.invalid',
    'request.malformed',
    'request.tooLarge',
    'webhook.unauthorized',
    'webhook.forbidden',
    'webhook.notFound',
    'route.methodNotAllowed',
    'webhook.tooManyCalls',
    'quota.exceeded',
    'webhook.filterFailed',
    'workflow.failed',
    'execution.tooManyHops',
    'platform.held',
  ],
} as const satisfies Partial<Written>;

const PREFLIGHT = {
  summary: 'Which methods a webhook takes, and from which pages',
  description: 'Also the preflight of a browser (CORS), where the trigger names origins.',
  responses: { 204: { description: '`Allow`, and what the browser wants to know.' } },
  errors: ['webhook.notFound'],
} as const satisfies Partial<Written>;

const SHOW = {
  summary: 'What a workflow asks: a form for people, the same as JSON for programs',
  description: 'A page where `Accept` names `text/html`; then errors are pages, too.',
  errors: ['resume.notFound', 'resume.answered', 'resume.ended'],
} as const satisfies Partial<Written>;

const DECIDE = {
  summary: 'Answer a workflow that waits; the first answer counts',
  description:
    'An approval takes `choice` and `fields`; a callback takes whatever it is sent, and hands it on. Links that stand for one choice need none.',
  errors: [
    'request.invalid',
    'request.malformed',
    'request.tooLarge',
    'resume.notFound',
    'resume.answered',
    'resume.ended',
  ],
} as const satisfies Partial<Written>;

const RESULT = {
  summary: 'The answer of a webhook that took too long for its caller',
  description: 'At the `resultUrl` of the first answer. 202 until it is there.',
  responses: {
    200: { description: 'The answer of the workflow.', content: ANYTHING },
    202: LATER,
    default: { description: 'Any other status that the workflow answers with.', content: ANYTHING },
  },
  errors: ['resource.notFound', 'workflow.failed'],
} as const satisfies Partial<Written>;

const questionSchema = z
  .object({
    title: z.string(),
    message: z.string(),
    choices: z.array(z.string()),
    fields: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        kind: z.enum(['text', 'longText', 'number', 'boolean', 'select', 'date']),
        required: z.boolean(),
        options: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Question' });

const answerSchema = z
  .object({ choice: z.string().optional(), fields: z.record(z.string(), z.json()).optional() })
  .meta({ id: 'Answer' });

const acceptedSchema = z.object({ accepted: z.literal(true) });

const jsonOrPage = (schema: JsonSchema) => ({
  'application/json': { schema },
  'text/html; charset=utf-8': { schema: { type: 'string' as const } },
});

const refusals = (problem: JsonSchema, codes: readonly ErrorCode[]): Record<string, Response> =>
  Object.fromEntries(
    [...Map.groupBy(codes, statusOf)].map(([status, each]) => [
      String(status),
      {
        description: each.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  );
