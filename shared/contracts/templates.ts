import { z } from 'zod';
import type { definitionSchema } from '../../engine/definition.ts';
import { idSchema } from '../ids.ts';
import { description, label, queryFlag, tags } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';
import { savedWorkflow } from './workflows.ts';

const category = label(255);

const templateSchema = z
  .object({
    id: z.string().describe('A readable name, or `tpl_…` of one that was saved here.'),
    name: z.string(),
    description: z.string(),
    category: z.string(),
    tags: z.array(z.string()),
    isFeatured: z.boolean(),
    isBuiltIn: z.boolean().describe('Comes with Stepwell, and cannot be changed.'),
    nodeTypes: z.array(z.string()),
  })
  .meta({ id: 'Template' });

const templateDetail = templateSchema
  .extend({
    definition: z.custom<z.input<typeof definitionSchema>>(),
    credentials: z
      .array(z.object({ nodeId: z.string(), types: z.array(z.string()), purpose: z.string() }))
      .describe('What nodes need a credential of any of these types.'),
    values: z
      .array(z.object({ path: z.string(), purpose: z.string() }))
      .describe('Parameters that are yours to fill in: the node’s id, then the way to the parameter.'),
    sampleInput: z
      .array(z.record(z.string(), z.json()))
      .describe('Items that its trigger might bring: enough for a test run.'),
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'TemplateDetail' });

const templateParams = z.strictObject({
  templateId: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be small letters, digits, "-" and "_"'),
});

export const listTemplates = route({
  id: 'listTemplates',
  method: 'GET',
  path: '/templates',
  access: { who: 'user', scope: 'catalogue:read' },
  summary: 'List the templates, featured ones first; with q those that a sentence may mean, best first',
  query: z.strictObject({
    ...pageQuery,
    q: z.string().min(1).max(2_000).optional().describe('What the workflow is to do, in your own words.'),
    category: category.optional(),
    tag: label(64).optional(),
    isFeatured: queryFlag.optional(),
  }),
  response: pageOf(templateSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

export const getTemplate = route({
  id: 'getTemplate',
  method: 'GET',
  path: '/templates/{templateId}',
  access: { who: 'user', scope: 'catalogue:read' },
  summary: 'Read a template with its definition and what it needs',
  params: templateParams,
  response: templateDetail,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound'],
});

export const instantiateTemplate = route({
  id: 'instantiateTemplate',
  method: 'POST',
  path: '/templates/{templateId}/instantiate',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Make a workflow of yours from a template; what it still lacks is among the problems',
  params: templateParams,
  body: z
    .strictObject({
      name: label(255).optional(),
      credentials: z
        .record(z.string().max(64), z.string().max(128))
        .default({})
        .describe('Your credential for each node.'),
      values: z
        .record(z.string().max(255), z.json())
        .default({})
        .describe('A value for each path that the template names.'),
    })
    .prefault({}),
  response: savedWorkflow,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'request.tooLarge', 'resource.notFound', 'quota.exceeded'],
});

export const createTemplate = route({
  id: 'createTemplate',
  method: 'POST',
  path: '/templates',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Save a workflow as a template for everybody, without its secrets, credentials and pinned items',
  body: z.strictObject({
    workflowId: idSchema('wf'),
    version: z.int().min(1).optional().describe('The newest when left out.'),
    name: label(255).optional().describe('The workflow’s when left out, as with description and tags.'),
    description: description.optional(),
    category: category.nullable().default(null),
    tags: tags.optional(),
    isFeatured: z.boolean().default(false),
    sampleInput: z.array(z.record(z.string(), z.json())).max(100).default([]),
  }),
  response: templateDetail,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'request.tooLarge', 'resource.notFound'],
});

export const updateTemplate = route({
  id: 'updateTemplate',
  method: 'PATCH',
  path: '/templates/{templateId}',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Change what is said of a saved template, or feature it',
  params: templateParams,
  body: z
    .strictObject({
      name: label(255),
      description,
      category: category.nullable(),
      tags,
      isFeatured: z.boolean(),
    })
    .partial(),
  response: templateDetail,
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const deleteTemplate = route({
  id: 'deleteTemplate',
  method: 'DELETE',
  path: '/templates/{templateId}',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Delete a saved template; workflows made from it stay',
  params: templateParams,
  status: 204,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const templateRoutes = [
  listTemplates,
  getTemplate,
  instantiateTemplate,
  createTemplate,
  updateTemplate,
  deleteTemplate,
];
