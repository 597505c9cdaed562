import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

const problem = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  pointer: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
});

const need = z.object({
  kind: z.enum(['credential', 'value']),
  nodeId: z.string().nullable(),
  what: z.string(),
});

const suggestionSchema = z
  .object({
    id: z.string(),
    prompt: z.string(),
    status: z.enum(['pending', 'ready', 'failed']),
    source: z
      .enum(['model', 'template'])
      .nullable()
      .describe('template: no model is configured, so the library was searched. Null until it is ready.'),
    workflowId: z.string().nullable().describe('The workflow it is to change; null for a new one.'),
    workflowVersion: z
      .int()
      .nullable()
      .describe('The version of that workflow it was made for. Null for a new one, and until it is ready.'),
    modelId: z.string().nullable(),
    templateId: z.string().nullable(),
    name: z.string().nullable(),
    explanation: z.string().nullable(),
    definition: z.unknown().describe('Null until it is ready.'),
    needs: z.array(need).readonly().describe('What must still be supplied before it can run.'),
    isValid: z.boolean().nullable().describe('Whether it could be published, but for its needs.'),
    problems: z.array(problem).readonly(),
    alternatives: z
      .array(z.object({ templateId: z.string(), name: z.string(), description: z.string() }))
      .readonly()
      .describe('Templates for something like it, the nearest first.'),
    costUsd: z.number().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    isApplied: z.boolean(),
    appliedAt: timestamp.nullable(),
    feedback: z.enum(['positive', 'negative', 'neutral']).nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'AiSuggestion' });
export type SuggestionAnswer = z.output<typeof suggestionSchema>;

const suggestionParams = z.strictObject({ suggestionId: idSchema('sug') });
const seconds = z.coerce
  .number()
  .min(0)
  .max(25)
  .default(0)
  .describe('Waits so many seconds for it to be finished.');

export const createSuggestion = route({
  id: 'createSuggestion',
  method: 'POST',
  path: '/ai/suggestions',
  access: { who: 'user', scope: 'ai:use' },
  summary: 'Ask for a workflow, or for a change of one, in words; nothing is saved as a workflow or run',
  query: z.strictObject({ wait: seconds }),
  body: z.strictObject({
    prompt: z.string().trim().min(3).max(20_000),
    workflowId: idSchema('wf').optional().describe('A workflow of yours to change.'),
    modelId: idSchema('aim').optional().describe('The first active language model when left out.'),
  }),
  response: suggestionSchema,
  status: 202,
  alternativeStatus: 201,
  idempotent: true,
  errors: ['request.invalid', 'auth.forbidden', 'resource.notFound', 'quota.exceeded'],
});

export const listSuggestions = route({
  id: 'listSuggestions',
  method: 'GET',
  path: '/ai/suggestions',
  access: { who: 'user', scope: 'ai:use' },
  summary: 'List your suggestions, newest first',
  query: z.strictObject({
    ...pageQuery,
    ownerId: idSchema('usr').optional().describe('Admins only: the suggestions of that user.'),
  }),
  response: pageOf(suggestionSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'auth.forbidden'],
});

export const getSuggestion = route({
  id: 'getSuggestion',
  method: 'GET',
  path: '/ai/suggestions/{suggestionId}',
  access: { who: 'user', scope: 'ai:use' },
  summary: 'Read a suggestion',
  params: suggestionParams,
  query: z.strictObject({ wait: seconds }),
  response: suggestionSchema,
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const applySuggestion = route({
  id: 'applySuggestion',
  method: 'POST',
  path: '/ai/suggestions/{suggestionId}/apply',
  access: { who: 'user', scope: 'ai:use' },
  summary: 'Make a draft workflow of a suggestion, or a new version of the workflow it changes; once',
  params: suggestionParams,
  body: z
    .strictObject({
      name: z.string().min(1).max(255).optional(),
      expectedVersion: z
        .int()
        .min(1)
        .optional()
        .describe(
          'What the workflow to change has to be at; the version the suggestion was made for when left out. A newer one puts the suggestion over what was saved since.',
        ),
    })
    .prefault({}),
  response: z
    .object({ workflowId: z.string(), version: z.int(), problems: z.array(problem).readonly() })
    .meta({ id: 'AppliedSuggestion' }),
  status: 201,
  errors: ['request.invalid', 'auth.forbidden', 'resource.notFound', 'resource.conflict', 'quota.exceeded'],
});

export const rateSuggestion = route({
  id: 'rateSuggestion',
  method: 'PUT',
  path: '/ai/suggestions/{suggestionId}/feedback',
  access: { who: 'user', scope: 'ai:use' },
  summary: 'Say whether a suggestion was good',
  params: suggestionParams,
  body: z.strictObject({ feedback: z.enum(['positive', 'negative', 'neutral']).nullable() }),
  response: suggestionSchema,
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const explainExecution = route({
  id: 'explainExecution',
  method: 'POST',
  path: '/ai/explain',
  access: { who: 'user', scope: 'ai:use' },
  summary: 'Explain why an execution failed, and what to change',
  body: z.strictObject({
    executionId: idSchema('exec'),
    modelId: idSchema('aim').optional().describe('The first active language model when left out.'),
  }),
  response: z
    .object({
      executionId: z.string(),
      source: z.enum(['model', 'rules']).describe('rules: no model is configured, or it could not be asked.'),
      nodeId: z.string().nullable().describe('Where it failed.'),
      code: z.string().nullable(),
      cause: z.string(),
      proposal: z.string(),
      parameters: z
        .unknown()
        .describe('New parameters for the node, if that is the proposal; null otherwise.'),
      problems: z.array(problem).readonly().describe('What would be wrong with the definition then.'),
      costUsd: z.number().nullable(),
    })
    .meta({ id: 'Explanation' }),
  status: 200,
  errors: ['request.invalid', 'resource.notFound', 'resource.conflict', 'quota.exceeded'],
});

export const aiRoutes = [
  createSuggestion,
  listSuggestions,
  getSuggestion,
  applySuggestion,
  rateSuggestion,
  explainExecution,
];
