import { z } from 'zod';
import { executionDetail, executionParams, itemsInput, secondsToWait } from './executions.ts';
import { route } from './route.ts';

const retryRequest = z
  .strictObject({
    from: z
      .enum(['start', 'failedNode', 'node'])
      .default('failedNode')
      .describe('`failedNode`: every recorded result is kept. `node`: those that cannot come from `nodeId`.'),
    nodeId: z.string().min(1).max(64).optional(),
    version: z
      .enum(['original', 'published', 'draft'])
      .default('original')
      .describe('Results are kept for nodes whose ids are still there.'),
    items: itemsInput.optional().describe('Other trigger items; from the start only.'),
  })
  .refine(({ from, nodeId }) => (from === 'node') === (nodeId !== undefined), {
    path: ['nodeId'],
    message: 'is needed with from: "node", and with nothing else',
  })
  .refine(({ from, items }) => items === undefined || from === 'start', {
    path: ['items'],
    message: 'can only be given with from: "start"',
  });
export type RetryRequest = z.output<typeof retryRequest>;

const previewSchema = z
  .object({
    version: z.int().describe('The version that would run.'),
    from: z.enum(['start', 'failedNode', 'node']),
    nodeId: z.string().nullable(),
    keeps: z
      .array(z.object({ nodeId: z.string(), name: z.string(), runs: z.int() }))
      .describe('Nodes whose recorded results would be taken over.'),
    repeats: z
      .array(
        z.object({
          nodeId: z.string(),
          name: z.string(),
          type: z.string(),
          runs: z.int().describe('Runs that have acted on the outside.'),
          uncertainRuns: z
            .int()
            .describe('Runs that had begun and ended without a result: they may have acted.'),
        }),
      )
      .describe('Nodes with effects that have acted and would run again if the execution gets to them.'),
  })
  .meta({ id: 'RetryPreview' });
export type RetryPreview = z.output<typeof previewSchema>;

export const previewRetry = route({
  id: 'previewRetry',
  method: 'POST',
  path: '/executions/{executionId}/retry/preview',
  access: { who: 'user', scope: 'execution:read' },
  summary: 'What a retry would keep, and which effects it would repeat',
  params: executionParams,
  body: retryRequest.prefault({}),
  response: previewSchema,
  status: 200,
  errors: [
    'request.invalid',
    'resource.notFound',
    'execution.cannotRetry',
    'workflow.invalid',
    'workflow.notPublished',
  ],
});

export const retryExecution = route({
  id: 'retryExecution',
  method: 'POST',
  path: '/executions/{executionId}/retry',
  access: { who: 'user', scope: 'workflow:run' },
  summary: 'Start a new execution that goes on from what an ended one has recorded',
  params: executionParams,
  query: z.strictObject({ wait: secondsToWait }),
  body: retryRequest.prefault({}),
  response: executionDetail,
  status: 202,
  alternativeStatus: 200,
  idempotent: true,
  errors: [...previewRetry.errors, 'quota.exceeded', 'platform.held'],
});

export const retryRoutes = [previewRetry, retryExecution];
