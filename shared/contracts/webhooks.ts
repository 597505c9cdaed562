import { z } from 'zod';
import { webhookAuthentication } from '../../engine/triggers/webhook-authentication.ts';
import { HOOK_METHODS, webhookPath, webhookSlug } from '../../engine/triggers/webhook-parameters.ts';
import { idSchema } from '../ids.ts';
import { label, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

/** It was checked when it was published. */
const storedAuthentication = z.custom<z.output<typeof webhookAuthentication>>();

const webhookSchema = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    nodeId: z.string(),
    name: z.string().nullable(),
    madeBy: z
      .enum(['node', 'resource'])
      .describe('`node`: publishing keeps it in step with its trigger node. `resource`: a further address.'),
    url: z.string(),
    path: z.string(),
    method: z.enum(HOOK_METHODS),
    slug: z.string().nullable(),
    authEnabled: z.boolean(),
    authentication: storedAuthentication,
    needsSecret: z.boolean().describe('True while calls are refused because no secret has been set.'),
    responseMode: z.enum(['immediately', 'lastNode', 'respondNode']),
    isEnabled: z.boolean(),
    isActive: z.boolean().describe('True while calls start executions: enabled, and its workflow published.'),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'Webhook', description: 'An address that starts a workflow. Secrets are never answered.' });

const withToken = webhookSchema
  .extend({ token: z.string().nullable().describe('Only when it has just been made: shown this once.') })
  .meta({ id: 'WebhookWithToken' });

const deliverySchema = z
  .object({
    id: z.string(),
    webhookId: z.string(),
    receivedAt: timestamp,
    outcome: z
      .enum(['accepted', 'filtered', 'refused', 'failed'])
      .describe(
        '`filtered`: `onlyIf` was not true. `refused`: not authenticated. `failed`: it could not be read, or `onlyIf` failed.',
      ),
    reason: z.string().nullable().describe('Why it started nothing.'),
    executionId: z.string().nullable(),
    status: z.string().nullable().describe('Of its execution.'),
    replayable: z.boolean(),
  })
  .meta({ id: 'WebhookDelivery' });

const webhookParams = z.strictObject({ webhookId: idSchema('hook') });
const secret = z
  .union([
    z.string().min(1).max(1_024),
    z.strictObject({ username: z.string().min(1).max(255), password: z.string().min(1).max(1_024) }),
  ])
  .describe('What signatures are made with, or a name and password. Write-only.');

const read = { who: 'user', scope: 'workflow:read' } as const;
const publish = { who: 'user', scope: 'workflow:publish' } as const;

export const listWebhooks = route({
  id: 'listWebhooks',
  method: 'GET',
  path: '/webhooks',
  access: read,
  summary: 'List webhooks: of one workflow, or all of yours',
  query: z.strictObject({ ...pageQuery, workflowId: idSchema('wf').optional() }),
  response: pageOf(webhookSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'resource.notFound'],
});

export const createWebhook = route({
  id: 'createWebhook',
  method: 'POST',
  path: '/webhooks',
  access: publish,
  summary: 'Make a further address for a webhook trigger node, with a secret of its own',
  body: z.strictObject({
    workflowId: idSchema('wf'),
    nodeId: z.string().min(1).max(64),
    name: label(255).nullable().default(null),
    method: z.enum(HOOK_METHODS).default('POST'),
    path: webhookPath.default(''),
    slug: webhookSlug.optional(),
    authentication: webhookAuthentication.prefault({ kind: 'token' }),
    secret: secret.optional(),
  }),
  response: withToken,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'resource.notFound', 'resource.conflict', 'resource.duplicate'],
});

export const getWebhook = route({
  id: 'getWebhook',
  method: 'GET',
  path: '/webhooks/{webhookId}',
  access: read,
  summary: 'Read a webhook',
  params: webhookParams,
  response: webhookSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound'],
});

export const updateWebhook = route({
  id: 'updateWebhook',
  method: 'PATCH',
  path: '/webhooks/{webhookId}',
  access: publish,
  summary: 'Set the secret, switch it on or off; of a further address also name, path and authentication',
  params: webhookParams,
  body: z
    .strictObject({
      name: label(255).nullable(),
      path: webhookPath,
      authentication: webhookAuthentication,
      secret,
      isEnabled: z.boolean(),
    })
    .partial(),
  response: withToken,
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const deleteWebhook = route({
  id: 'deleteWebhook',
  method: 'DELETE',
  path: '/webhooks/{webhookId}',
  access: publish,
  summary: 'Delete an address; that of a trigger node only while it is not published',
  params: webhookParams,
  status: 204,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const rotateWebhook = route({
  id: 'rotateWebhook',
  method: 'POST',
  path: '/webhooks/{webhookId}/rotate',
  access: publish,
  summary: 'Make a new token; the old one is refused from then on',
  params: webhookParams,
  response: withToken,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.conflict'],
});

export const listDeliveries = route({
  id: 'listWebhookDeliveries',
  method: 'GET',
  path: '/webhooks/{webhookId}/deliveries',
  access: { who: 'user', scope: 'execution:read' },
  summary: 'What has come lately, newest first, whether it started something or not',
  params: webhookParams,
  query: z.strictObject(pageQuery),
  response: pageOf(deliverySchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'resource.notFound'],
});

export const replayDelivery = route({
  id: 'replayWebhookDelivery',
  method: 'POST',
  path: '/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
  access: { who: 'user', scope: 'workflow:run' },
  summary: 'Start the published version with what a delivery brought',
  params: webhookParams.extend({ deliveryId: z.string().min(1).max(64) }),
  response: z.object({ executionId: z.string() }).meta({ id: 'Replay' }),
  status: 202,
  idempotent: true,
  errors: [
    'resource.notFound',
    'resource.conflict',
    'workflow.notPublished',
    'quota.exceeded',
    'platform.held',
    'execution.tooManyHops',
  ],
});

export const webhookRoutes = [
  listWebhooks,
  createWebhook,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhook,
  listDeliveries,
  replayDelivery,
];
