import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { executionParams, executionSchema } from './executions.ts';
import { timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

const limit = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const quotas = z
  .strictObject({
    workflows: limit,
    schedules: limit,
    startsPerMinute: limit.describe('Counted by samples: the more are allowed, the coarser.'),
    payloadBytesPerDay: limit.describe('Bytes that triggers bring in a day (UTC).'),
    openExecutions: limit.describe('As the sweep last counted them.'),
    aiUsdPerMonth: z
      .number()
      .min(0)
      .max(1_000_000)
      .describe('US$ that suggestions and explanations may cost a user in a month (UTC).'),
  })
  .meta({ id: 'Quotas' });

const operationsSchema = z
  .object({
    hold: z
      .object({ reason: z.string(), since: timestamp })
      .nullable()
      .describe('Set while nothing starts and nothing is taken up again, as after a restore.'),
    quotas: quotas.describe('What one owner may use.'),
  })
  .meta({ id: 'Operations' });

const read = { who: 'admin', scope: 'operations:read' } as const;
const write = { who: 'admin', scope: 'operations:write' } as const;

export const getOperations = route({
  id: 'getOperations',
  method: 'GET',
  path: '/operations',
  access: read,
  summary: 'Whether the platform is held, and the quotas of owners',
  response: operationsSchema,
  status: 200,
  errors: [],
});

export const setQuotas = route({
  id: 'setQuotas',
  method: 'PATCH',
  path: '/operations/quotas',
  access: write,
  summary: 'Change quotas; known everywhere within ten seconds',
  body: quotas.partial(),
  response: operationsSchema,
  status: 200,
  errors: ['request.invalid'],
});

export const holdPlatform = route({
  id: 'holdPlatform',
  method: 'POST',
  path: '/operations/hold',
  access: write,
  summary: 'Let nothing start and take nothing up again; executions under way go on',
  body: z
    .strictObject({ reason: z.string().min(1).max(500).default('An operator holds the platform.') })
    .prefault({}),
  response: operationsSchema,
  status: 200,
  errors: ['request.invalid'],
});

export const resumePlatform = route({
  id: 'resumePlatform',
  method: 'POST',
  path: '/operations/resume',
  access: write,
  summary: 'End a hold: starts are taken again, and the sweep takes up what is open',
  response: operationsSchema,
  status: 200,
  errors: [],
});

export const listOpenExecutions = route({
  id: 'listOpenExecutions',
  method: 'GET',
  path: '/operations/open-executions',
  access: read,
  summary: 'What has not ended, of all owners, newest first',
  query: z.strictObject({ ...pageQuery, ownerId: idSchema('usr').optional() }),
  response: pageOf(executionSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

export const releaseExecution = route({
  id: 'releaseExecution',
  method: 'POST',
  path: '/operations/open-executions/{executionId}/release',
  access: write,
  summary: 'Take up one open execution, also while the platform is held',
  params: executionParams,
  response: executionSchema,
  status: 202,
  errors: ['resource.notFound', 'resource.conflict'],
});

export const failOpenExecution = route({
  id: 'failOpenExecution',
  method: 'POST',
  path: '/operations/open-executions/{executionId}/fail',
  access: write,
  summary: 'End one open execution as failed, without running it any further',
  params: executionParams,
  body: z.strictObject({ reason: z.string().min(1).max(500).default('An operator ended it.') }).prefault({}),
  response: executionSchema,
  status: 200,
  errors: ['request.invalid', 'resource.notFound', 'resource.conflict'],
});

export const operationsRoutes = [
  getOperations,
  setQuotas,
  holdPlatform,
  resumePlatform,
  listOpenExecutions,
  releaseExecution,
  failOpenExecution,
];
