import { z } from 'zod';
import type { Item } from '../../engine/item.ts';
import { idSchema } from '../ids.ts';
import { timestamp, timestampInput } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

export const executionStatus = z.enum(['pending', 'running', 'completed', 'failed', 'cancelled']);

export const executionSchema = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    workflowVersionId: z.string(),
    version: z.int(),
    ownerId: z.string(),
    startedAt: timestamp,
    finishedAt: timestamp.nullable(),
    status: executionStatus,
    triggeredBy: z.string().nullable().describe('The user who started it; null for triggers.'),
    triggerType: z.enum(['manual', 'scheduled', 'webhook', 'event']),
    triggerDetail: z.string().nullable(),
    mode: z.enum(['production', 'test']),
    errorMessage: z.string().nullable(),
    errorCode: z.string().nullable(),
    errorNodeId: z.string().nullable(),
    wait: z
      .object({
        kind: z.enum(['retry', 'timer', 'callback', 'approval', 'child', 'slot']),
        until: timestamp.nullable(),
        nodeId: z.string().nullable(),
        resumeUrl: z.string().nullable().describe('Where an answer goes: POST to it, or open it.'),
      })
      .nullable()
      .describe('What a parked execution waits for.'),
    parentExecutionId: z.string().nullable(),
    retryOf: z.string().nullable(),
    isDataKept: z.boolean().describe('False when its data was deleted, as its workflow does not save it.'),
  })
  .meta({ id: 'Execution' });
export type ExecutionAnswer = z.output<typeof executionSchema>;

/** Items were checked when they came in; they leave as they are kept. */
const items = z.custom<readonly Item[]>();

export const executionDetail = executionSchema
  .extend({
    output: items.nullable().describe('The items of the last node; null until the execution has completed.'),
  })
  .meta({ id: 'ExecutionDetail' });

const executionLogSchema = z
  .object({
    id: z.string(),
    executionId: z.string(),
    nodeId: z.string(),
    startedAt: timestamp.nullable().describe('Null for a node that was skipped.'),
    finishedAt: timestamp.nullable(),
    status: z.enum(['pending', 'running', 'completed', 'failed', 'skipped']),
    inputData: z.unknown().describe('Items by input port; null when there are none.'),
    outputData: z.unknown().describe('Items by output port; null when there are none.'),
    errorMessage: z.string().nullable(),
    console: z
      .array(z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() }))
      .readonly()
      .describe('What the node said while it ran, as code does to its console.'),
    usage: z
      .object({
        inputTokens: z.number(),
        outputTokens: z.number(),
        cachedTokens: z.number().describe('Of the input tokens: those the provider had kept.'),
        costUsd: z.number().nullable().describe('By the model’s prices; null when it has none.'),
      })
      .nullable()
      .describe('What AI models have taken; null for a node that asked none.'),
    children: z
      .array(
        z.object({
          executionId: z.string(),
          status: z.enum(['running', 'completed', 'failed', 'cancelled']),
        }),
      )
      .readonly()
      .describe(
        'Executions that the node has begun, sub-workflows and batches of a map, each with a log of its own: 1,000 at the most, and of more than that first those that failed.',
      ),
    run: z.string().nullable().describe('Which run of the node this is: a node in a loop has many.'),
    attempt: z.int().nullable(),
    durationMs: z.number().nullable(),
    truncated: z.boolean().describe('True when the data was too large to be shown whole.'),
  })
  .meta({ id: 'ExecutionLog' });
export type ExecutionLogAnswer = z.output<typeof executionLogSchema>;

/** How long a request waits for the end. */
export const secondsToWait = z.coerce
  .number()
  .min(0)
  .max(25)
  .default(0)
  .describe('Seconds to wait for the end.');

const itemInput = z.strictObject({ json: z.record(z.string(), z.json()) });
export const itemsInput = z.array(itemInput).max(10_000);

export const executionParams = z.strictObject({ executionId: idSchema('exec') });

export const listExecutions = route({
  id: 'listExecutions',
  method: 'GET',
  path: '/executions',
  access: { who: 'user', scope: 'execution:read' },
  summary: 'List executions, newest first: of one workflow, or all of yours',
  query: z.strictObject({
    ...pageQuery,
    workflowId: idSchema('wf').optional(),
    ownerId: idSchema('usr').optional().describe('Admins only: the executions of that user.'),
    status: z
      .enum(['open', ...executionStatus.options])
      .optional()
      .describe('`open`: what is pending or running.'),
    triggerType: z.enum(['manual', 'scheduled', 'webhook', 'event']).optional(),
    startedAfter: timestampInput.optional(),
    startedBefore: timestampInput.optional(),
  }),
  response: pageOf(executionSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'resource.notFound'],
});

export const getExecution = route({
  id: 'getExecution',
  method: 'GET',
  path: '/executions/{executionId}',
  access: { who: 'user', scope: 'execution:read' },
  summary: 'Read an execution',
  params: executionParams,
  query: z.strictObject({ wait: secondsToWait }),
  response: executionDetail,
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const deleteExecution = route({
  id: 'deleteExecution',
  method: 'DELETE',
  path: '/executions/{executionId}',
  access: { who: 'user', scope: 'execution:write' },
  summary: 'Delete a finished execution with its log and payloads',
  params: executionParams,
  status: 204,
  errors: ['resource.notFound', 'resource.conflict'],
});

export const listExecutionLogs = route({
  id: 'listExecutionLogs',
  method: 'GET',
  path: '/executions/{executionId}/logs',
  access: { who: 'user', scope: 'execution:read' },
  summary: 'What happened at every node',
  params: executionParams,
  query: z
    .strictObject({
      ...pageQuery,
      nodeId: z.string().min(1).max(64).optional(),
      after: z.string().min(1).max(64).optional().describe('`after` of an earlier answer: what ended since.'),
      wait: z.coerce.number().min(0).max(25).default(0).describe('Seconds to wait for something to end.'),
    })
    .refine(({ cursor, after }) => cursor === undefined || after === undefined, {
      path: ['after'],
      message: 'cannot be given together with cursor',
    }),
  response: pageOf(executionLogSchema).extend({
    after: z.string().describe('Behind what was read: ask for what follows with `?after=&wait=`.'),
  }),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'resource.notFound'],
});

export const readExecutionFile = route({
  id: 'readExecutionFile',
  method: 'GET',
  path: '/executions/{executionId}/files/{fileId}',
  access: { who: 'user', scope: 'execution:read' },
  summary:
    'Read a file of an execution, 4 MiB at a time: while there is more, the header stepwell-next says from where',
  params: executionParams.extend({
    fileId: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .describe('What follows the last "/" in the "ref" of an item’s file.'),
  }),
  query: z.strictObject({
    from: z.coerce.number().int().min(0).default(0).describe('The first byte that is wanted.'),
  }),
  response: z.custom<Uint8Array>((value) => value instanceof Uint8Array).meta({ format: 'binary' }),
  mediaType: 'application/octet-stream',
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const cancelExecution = route({
  id: 'cancelExecution',
  method: 'POST',
  path: '/executions/{executionId}/cancel',
  access: { who: 'user', scope: 'execution:write' },
  summary: 'Ask an execution to stop at the next node boundary',
  params: executionParams,
  response: executionSchema,
  status: 202,
  errors: ['resource.notFound', 'resource.conflict'],
});

export const resumeExecution = route({
  id: 'resumeExecution',
  method: 'POST',
  path: '/executions/{executionId}/resume',
  access: { who: 'user', scope: 'execution:write' },
  summary: 'Answer what a waiting execution waits for: a callback or an approval',
  params: executionParams,
  body: z.strictObject({
    nodeId: z.string().max(64).optional().describe('Which node, when several wait.'),
    choice: z.string().max(64).optional().describe('For an approval: approve or reject.'),
    fields: z.record(z.string().max(64), z.json()).optional().describe('The fields of its form.'),
    data: z.json().optional().describe('For a callback: what the workflow gets as its body.'),
  }),
  response: executionSchema,
  status: 202,
  errors: ['request.invalid', 'resource.notFound', 'resource.conflict', 'resume.answered', 'resume.ended'],
});

export const executionRoutes = [
  listExecutions,
  getExecution,
  deleteExecution,
  listExecutionLogs,
  readExecutionFile,
  cancelExecution,
  resumeExecution,
];
