import { z } from 'zod';
import { definitionSchema } from '../../engine/definition.ts';
import { description, label, queryFlag, tags } from './fields.ts';
import { route } from './route.ts';
import { savedWorkflow, versionNumber, workflowParams } from './workflows.ts';

const key = z.string().min(1).max(64);

/** A workflow outside of any deployment: the same content is the same text, byte for byte. */
export const packageSchema = z
  .strictObject({
    format: z.literal('stepwell.workflow'),
    formatVersion: z.literal(1),
    name: label(255),
    description: description.default(null),
    tags: tags.default([]),
    requirements: z
      .strictObject({
        nodeTypes: z.array(z.strictObject({ type: z.string(), version: z.int() })).default([]),
        credentials: z
          .array(z.strictObject({ key, type: z.string().nullable(), name: z.string().nullable() }))
          .default([])
          .describe('`credentialId` of nodes holds the key. Secrets are never exported.'),
        variables: z.array(z.string()).default([]),
        workflows: z
          .array(z.string())
          .default([])
          .describe('Ids of workflows that the definition refers to.'),
      })
      .prefault({}),
    definition: definitionSchema,
  })
  .meta({ id: 'WorkflowPackage' });
export type WorkflowPackage = z.output<typeof packageSchema>;

export const exportWorkflow = route({
  id: 'exportWorkflow',
  method: 'GET',
  path: '/workflows/{workflowId}/export',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'A version, by default the newest, as a file to keep or to import elsewhere',
  params: workflowParams,
  query: z.strictObject({
    version: versionNumber.optional(),
    pinned: queryFlag
      .optional()
      .describe('`true`: with the items pinned to nodes, which may be data of yours.'),
  }),
  response: packageSchema,
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const importWorkflow = route({
  id: 'importWorkflow',
  method: 'POST',
  path: '/workflows/import',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Create a workflow from an exported one; what it needs and does not find is among the problems',
  body: z.strictObject({
    package: packageSchema,
    name: label(255).optional(),
    credentials: z
      .record(key, z.string().max(128))
      .default({})
      .describe(
        'Your credential for each key. Without one, a credential of yours of the same type and name is taken.',
      ),
    workflows: z
      .record(z.string().max(64), z.string().max(64))
      .default({})
      .describe('The workflow here for each id.'),
  }),
  response: savedWorkflow,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'request.tooLarge', 'quota.exceeded'],
});

export const duplicateWorkflow = route({
  id: 'duplicateWorkflow',
  method: 'POST',
  path: '/workflows/{workflowId}/duplicate',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Copy a workflow of yours, or a public one: the copy is yours to run',
  params: workflowParams,
  body: z.strictObject({ name: label(255).optional(), version: z.int().min(1).optional() }).prefault({}),
  response: savedWorkflow,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'resource.notFound', 'quota.exceeded'],
});

export const packageRoutes = [importWorkflow, exportWorkflow, duplicateWorkflow];
