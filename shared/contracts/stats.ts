import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { timestamp } from './fields.ts';
import { route } from './route.ts';

const counts = z.object({
  pending: z.int(),
  running: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
});

const statsSchema = z
  .object({
    from: timestamp,
    to: timestamp,
    isComplete: z
      .boolean()
      .describe('False when there were more executions than are read: the newest are counted.'),
    executions: z.int(),
    byStatus: counts,
    byDay: z.array(counts.extend({ date: z.iso.date() })).describe('Days of UTC, the newest first.'),
    byTrigger: z.record(z.string(), z.int()),
    durationMs: z
      .object({ median: z.number(), p95: z.number(), max: z.number() })
      .nullable()
      .describe('Of what has completed, from its acceptance to its end; null when nothing has.'),
  })
  .meta({ id: 'Stats' });
export type Stats = z.output<typeof statsSchema>;

export const getStats = route({
  id: 'getStats',
  method: 'GET',
  path: '/stats',
  access: { who: 'user', scope: 'execution:read' },
  summary:
    'How many executions there were, how they ended and how long they took: of one workflow, or all of yours',
  query: z.strictObject({
    days: z.coerce.number().int().min(1).max(30).default(7),
    workflowId: idSchema('wf').optional(),
    ownerId: idSchema('usr').optional().describe('Admins only: of that user.'),
  }),
  response: statsSchema,
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const statsRoutes = [getStats];
