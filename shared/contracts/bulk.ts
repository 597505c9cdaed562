import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { executionStatus } from './executions.ts';
import { timestampInput } from './fields.ts';
import { route } from './route.ts';

const MAX = 100;

const bulkRequest = z
  .strictObject({
    action: z.enum(['cancel', 'retry', 'delete']),
    ids: z.array(idSchema('exec')).min(1).max(MAX).optional(),
    filter: z
      .strictObject({
        workflowId: idSchema('wf').optional(),
        status: z.enum(['open', ...executionStatus.options]).optional(),
        startedAfter: timestampInput.optional(),
        startedBefore: timestampInput.optional(),
      })
      .optional(),
    limit: z.int().min(1).max(MAX).default(MAX).describe('Of those that fit the filter, the newest so many.'),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    path: ['filter'],
    message: 'is needed, or ids, and not both',
  });

export const bulkExecutions = route({
  id: 'bulkExecutions',
  method: 'POST',
  path: '/executions/bulk',
  access: { who: 'user', scope: 'execution:write' },
  summary: 'Cancel, retry (from where they failed) or delete many executions, each for itself',
  body: bulkRequest,
  response: z
    .object({
      results: z.array(
        z.object({
          id: z.string(),
          isDone: z.boolean(),
          executionId: z.string().optional().describe('The new one, of a retry.'),
          code: z.string().optional(),
          detail: z.string().optional(),
        }),
      ),
      hasMore: z.boolean().describe('True when others fit the filter: ask again.'),
    })
    .meta({ id: 'BulkResult' }),
  status: 200,
  idempotent: true,
  errors: ['request.invalid', 'resource.notFound'],
});

export const bulkRoutes = [bulkExecutions];
