import { z } from 'zod';
import type { Item } from '../../engine/item.ts';
import { HOOK_METHODS } from '../../engine/triggers/webhook-parameters.ts';
import { timestamp } from './fields.ts';
import { route } from './route.ts';
import { workflowParams } from './workflows.ts';

const listenerSchema = z
  .object({
    id: z.string(),
    nodeId: z.string(),
    version: z.int(),
    url: z.string(),
    methods: z.array(z.enum(HOOK_METHODS)),
    expiresAt: timestamp,
  })
  .meta({ id: 'WebhookListener' });

const capturedSchema = z
  .object({
    state: z.enum(['waiting', 'called']),
    items: z
      .custom<readonly Item[]>()
      .nullable()
      .describe(
        'What the call brought, to be pinned to the trigger node. Files only where it ran: they lie with the test.',
      ),
    executionId: z.string().nullable().describe('The test that it ran.'),
    expiresAt: timestamp,
  })
  .meta({ id: 'CapturedCall' });

export const listenForWebhook = route({
  id: 'listenForWebhook',
  method: 'POST',
  path: '/workflows/{workflowId}/test-webhook',
  access: { who: 'user', scope: 'workflow:run' },
  summary: 'Listen for one call to a webhook trigger of a draft, at an address of its own',
  params: workflowParams,
  body: z
    .strictObject({
      nodeId: z.string().min(1).max(64).optional().describe('The first webhook trigger if missing.'),
      version: z.int().min(1).optional().describe('The newest if missing.'),
      run: z.boolean().default(false).describe('Whether the call also runs the version, as a test.'),
      seconds: z.int().min(10).max(3_600).default(600).describe('How long to listen.'),
    })
    .prefault({}),
  response: listenerSchema,
  status: 201,
  errors: ['request.invalid', 'resource.notFound', 'workflow.invalid'],
});

export const getCapturedCall = route({
  id: 'getCapturedWebhook',
  method: 'GET',
  path: '/workflows/{workflowId}/test-webhook/{listenerId}',
  access: { who: 'user', scope: 'workflow:run' },
  summary: 'What the call brought, once it has come',
  params: workflowParams.extend({ listenerId: z.string().regex(/^test_[\w-]{16,64}$/) }),
  query: z.strictObject({
    wait: z.coerce.number().min(0).max(25).default(0).describe('Seconds to wait for it.'),
  }),
  response: capturedSchema,
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const testWebhookRoutes = [listenForWebhook, getCapturedCall];
