import { z } from 'zod';
import { modelConfiguration } from '../ai/model-configuration.ts';
import { PROVIDERS } from '../ai/provider-names.ts';
import { idSchema } from '../ids.ts';
import { queryFlag, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

const columns = z.strictObject({
  name: z.string().min(1).max(255),
  provider: z.enum(PROVIDERS),
  modelId: z.string().min(1).max(255).describe('As the provider calls it.'),
  type: z
    .enum(['llm', 'embedding', 'image', 'audio', 'agent'])
    .describe('agent: a language model that is good with tools.'),
  description: z.string().max(2_000).nullable().default(null),
  isActive: z.boolean().default(true).describe('One that is not is not called.'),
  configuration: modelConfiguration.prefault({}),
});

const modelSchema = z
  .object({
    id: z.string(),
    ...columns.shape,
    description: z.string().nullable(),
    isActive: z.boolean(),
    configuration: modelConfiguration.nullable().describe('Shown to admins; null for others.'),
    createdAt: timestamp,
    updatedAt: timestamp,
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'AiModel' });

const modelParams = z.strictObject({ modelId: idSchema('aim') });

export const listAiModels = route({
  id: 'listAiModels',
  method: 'GET',
  path: '/ai-models',
  access: { who: 'user', scope: 'catalogue:read' },
  summary: 'List the AI models that nodes may name',
  query: z.strictObject({
    ...pageQuery,
    provider: z.enum(PROVIDERS).optional(),
    isActive: queryFlag.optional(),
  }),
  response: pageOf(modelSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

export const createAiModel = route({
  id: 'createAiModel',
  method: 'POST',
  path: '/ai-models',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Add an AI model',
  body: columns,
  response: modelSchema,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'resource.notFound'],
});

export const getAiModel = route({
  id: 'getAiModel',
  method: 'GET',
  path: '/ai-models/{modelId}',
  access: { who: 'user', scope: 'catalogue:read' },
  summary: 'Read an AI model',
  params: modelParams,
  response: modelSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound'],
});

export const updateAiModel = route({
  id: 'updateAiModel',
  method: 'PATCH',
  path: '/ai-models/{modelId}',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Change an AI model; a configuration replaces the one before',
  params: modelParams,
  body: z
    .strictObject({
      name: columns.shape.name,
      modelId: columns.shape.modelId,
      description: z.string().max(2_000).nullable(),
      isActive: z.boolean(),
      configuration: modelConfiguration,
    })
    .partial(),
  response: modelSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'resource.notFound', 'resource.changed'],
});

export const deleteAiModel = route({
  id: 'deleteAiModel',
  method: 'DELETE',
  path: '/ai-models/{modelId}',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Delete an AI model; nodes that name it fail from then on',
  params: modelParams,
  status: 204,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed'],
});

export const testAiModel = route({
  id: 'testAiModel',
  method: 'POST',
  path: '/ai-models/{modelId}/test',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'See whether a model answers, by asking it once',
  params: modelParams,
  response: z
    .object({
      ok: z.boolean(),
      message: z.string().describe('What it said, or what went wrong.'),
      milliseconds: z.int(),
      usage: z
        .object({
          inputTokens: z.number(),
          outputTokens: z.number(),
          cachedTokens: z.number(),
          costUsd: z.number().nullable(),
        })
        .nullable(),
    })
    .meta({ id: 'AiModelTest' }),
  status: 200,
  errors: ['resource.notFound'],
});

export const aiModelRoutes = [
  listAiModels,
  createAiModel,
  getAiModel,
  updateAiModel,
  deleteAiModel,
  testAiModel,
];
