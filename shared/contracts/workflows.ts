import { z } from 'zod';
import { type Definition, definitionSchema } from '../../engine/definition.ts';
import { idSchema } from '../ids.ts';
import { executionDetail, itemsInput, secondsToWait } from './executions.ts';
import { description, label, queryFlag, tags, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

/** A stored definition. It was checked when it was saved and is not checked again on its way out. */
export const storedDefinition = z.custom<Definition>();

const workflowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    isActive: z.boolean().describe('True while triggers start executions.'),
    isPublic: z.boolean().describe('True when every user may read it.'),
    version: z.int().describe('The newest version.'),
    publishedVersion: z.int().nullable().describe('The version triggers start; null when unpublished.'),
    tags: z.array(z.string()),
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'Workflow' });

const problems = z
  .array(
    z.object({
      pointer: z.string(),
      message: z.string(),
      code: z.string(),
      severity: z.enum(['error', 'warning']),
      nodeId: z.string().optional(),
    }),
  )
  .describe('Everything that is wrong or odd, with JSON pointers into the definition.');

const workflowDetail = workflowSchema
  .extend({ definition: storedDefinition })
  .meta({ id: 'WorkflowDetail', description: 'A workflow with the definition of its newest version.' });
export const savedWorkflow = workflowDetail
  .extend({ problems })
  .meta({ id: 'SavedWorkflow', description: 'A draft with errors is kept, but cannot be published.' });

const versionSchema = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    version: z.int(),
    createdAt: timestamp,
    createdBy: z.string(),
    notes: z.string().nullable(),
  })
  .meta({ id: 'WorkflowVersion' });
const versionDetail = versionSchema
  .extend({ definition: storedDefinition })
  .meta({ id: 'WorkflowVersionDetail' });

const validationSchema = z
  .object({
    valid: z.boolean().describe('True when it may be published: no problem is an error.'),
    problems,
  })
  .meta({ id: 'Validation' });

const changeSchema = z
  .object({ pointer: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })
  .meta({ id: 'Change', description: 'A missing `before` was added, a missing `after` removed.' });
const edgeAnswer = z.object({
  source: z.string(),
  sourcePort: z.string(),
  target: z.string(),
  targetPort: z.string(),
});
const diffSchema = z
  .object({
    from: z.int(),
    to: z.int(),
    nodes: z.object({
      added: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })),
      removed: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })),
      changed: z.array(z.object({ id: z.string(), name: z.string(), changes: z.array(changeSchema) })),
    }),
    edges: z.object({ added: z.array(edgeAnswer), removed: z.array(edgeAnswer) }),
    settings: z.array(changeSchema),
  })
  .meta({ id: 'WorkflowDiff' });
export type WorkflowDiff = z.output<typeof diffSchema>;

const publicationSchema = z
  .object({
    workflow: workflowSchema,
    webhooks: z.array(
      z.object({
        id: z.string(),
        nodeId: z.string(),
        method: z.string(),
        url: z.string(),
        token: z.string().nullable().describe('Only when it has just been made: shown this once.'),
        needsSecret: z
          .boolean()
          .describe('True while calls are refused because no secret has been set to check them by.'),
      }),
    ),
    schedules: z.array(
      z.object({
        id: z.string(),
        nodeId: z.string(),
        cronExpression: z.string(),
        timezone: z.string(),
        isActive: z.boolean(),
        nextExecution: timestamp.nullable(),
        inLine: z
          .boolean()
          .describe('False while the clock behind it does not know yet; it is told again by itself.'),
      }),
    ),
  })
  .meta({ id: 'Publication' });

export const workflowParams = z.strictObject({ workflowId: idSchema('wf') });
export const versionNumber = z.coerce.number().int().min(1).max(1_000_000_000);
const versionParams = z.strictObject({ workflowId: idSchema('wf'), version: versionNumber });
export const versionChoice = z
  .union([z.int().min(1), z.enum(['draft', 'published'])])
  .default('draft')
  .describe('A version to run: by number, the newest (`draft`), or the one triggers start (`published`).');
const notes = z.string().max(10_000).nullable();

export const listWorkflows = route({
  id: 'listWorkflows',
  method: 'GET',
  path: '/workflows',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'List workflows, newest first: your own, or the public ones',
  query: z.strictObject({
    ...pageQuery,
    name: z.string().min(1).max(255).optional().describe('Names that begin so.'),
    q: z.string().min(1).max(255).optional().describe('What stands in the name or the description.'),
    tag: z.string().min(1).max(64).optional().describe('Those with this tag.'),
    active: queryFlag.optional().describe('`true`: those that triggers start.'),
    isPublic: queryFlag.optional().describe('`true`: the public workflows of everybody.'),
    ownerId: idSchema('usr').optional().describe('Admins only: the workflows of that user.'),
  }),
  response: pageOf(workflowSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

export const createWorkflow = route({
  id: 'createWorkflow',
  method: 'POST',
  path: '/workflows',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Create a workflow with its version 1',
  body: z.strictObject({
    name: label(255),
    description: description.default(null),
    isPublic: z.boolean().default(false),
    tags: tags.default([]),
    definition: definitionSchema.prefault({ nodes: [] }),
    notes: notes.default(null),
  }),
  response: savedWorkflow,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'request.tooLarge', 'quota.exceeded'],
});

export const getWorkflow = route({
  id: 'getWorkflow',
  method: 'GET',
  path: '/workflows/{workflowId}',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'Read a workflow with its newest definition',
  params: workflowParams,
  response: workflowDetail,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound'],
});

export const saveWorkflow = route({
  id: 'saveWorkflow',
  method: 'PUT',
  path: '/workflows/{workflowId}',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Save a new version',
  params: workflowParams,
  body: z.strictObject({
    definition: definitionSchema,
    notes: notes.default(null),
    name: label(255).optional(),
    description: description.optional(),
    tags: tags.optional(),
  }),
  response: savedWorkflow,
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'request.tooLarge', 'resource.notFound', 'resource.changed'],
});

export const updateWorkflow = route({
  id: 'updateWorkflow',
  method: 'PATCH',
  path: '/workflows/{workflowId}',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Change name, description, visibility or tags',
  params: workflowParams,
  body: z
    .strictObject({
      name: label(255),
      description,
      isPublic: z.boolean(),
      tags,
    })
    .partial(),
  response: workflowSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'resource.notFound', 'resource.changed'],
});

export const deleteWorkflow = route({
  id: 'deleteWorkflow',
  method: 'DELETE',
  path: '/workflows/{workflowId}',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Delete a workflow with its versions, webhooks and executions',
  params: workflowParams,
  status: 204,
  errors: ['resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const validateDefinition = route({
  id: 'validateDefinition',
  method: 'POST',
  path: '/workflows/validate',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'Check a definition without saving it: every problem at once',
  body: z.strictObject({ definition: z.unknown() }),
  response: validationSchema,
  status: 200,
  errors: ['request.invalid', 'request.tooLarge'],
});

export const validateWorkflow = route({
  id: 'validateWorkflow',
  method: 'POST',
  path: '/workflows/{workflowId}/validate',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'Check a saved version, by default the newest',
  params: workflowParams,
  body: z.strictObject({ version: z.int().min(1).optional() }).prefault({}),
  response: validationSchema,
  status: 200,
  errors: ['request.invalid', 'resource.notFound'],
});

export const listVersions = route({
  id: 'listVersions',
  method: 'GET',
  path: '/workflows/{workflowId}/versions',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'List versions, newest first',
  params: workflowParams,
  query: z.strictObject(pageQuery),
  response: pageOf(versionSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'resource.notFound'],
});

export const getVersion = route({
  id: 'getVersion',
  method: 'GET',
  path: '/workflows/{workflowId}/versions/{version}',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'Read a version with its definition',
  params: versionParams,
  response: versionDetail,
  status: 200,
  errors: ['resource.notFound'],
});

export const diffVersions = route({
  id: 'diffVersions',
  method: 'GET',
  path: '/workflows/{workflowId}/versions/{version}/diff/{other}',
  access: { who: 'user', scope: 'workflow:read' },
  summary: 'What changed from one version to the other',
  params: versionParams.extend({ other: versionNumber }),
  response: diffSchema,
  status: 200,
  errors: ['resource.notFound'],
});

export const restoreVersion = route({
  id: 'restoreVersion',
  method: 'POST',
  path: '/workflows/{workflowId}/versions/{version}/restore',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Save an old version again as the newest',
  params: versionParams,
  body: z.strictObject({ notes: notes.optional() }).prefault({}),
  response: savedWorkflow,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'resource.notFound', 'resource.changed'],
});

export const publishWorkflow = route({
  id: 'publishWorkflow',
  method: 'POST',
  path: '/workflows/{workflowId}/publish',
  access: { who: 'user', scope: 'workflow:publish' },
  summary: 'Point the triggers at a version, by default the newest',
  params: workflowParams,
  body: z.strictObject({ version: z.int().min(1).optional() }).prefault({}),
  response: publicationSchema,
  status: 200,
  concurrency: 'etag',
  errors: [
    'request.invalid',
    'resource.notFound',
    'resource.changed',
    'resource.duplicate',
    'workflow.invalid',
    'quota.exceeded',
  ],
});

export const unpublishWorkflow = route({
  id: 'unpublishWorkflow',
  method: 'POST',
  path: '/workflows/{workflowId}/unpublish',
  access: { who: 'user', scope: 'workflow:publish' },
  summary: 'Take the triggers down; executions under way go on',
  params: workflowParams,
  response: workflowSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed'],
});

export const runWorkflow = route({
  id: 'runWorkflow',
  method: 'POST',
  path: '/workflows/{workflowId}/run',
  access: { who: 'user', scope: 'workflow:run' },
  summary: 'Start an execution by hand; 200 when it ends within `wait`, else 202',
  params: workflowParams,
  query: z.strictObject({ wait: secondsToWait }),
  body: z
    .strictObject({
      items: itemsInput.optional().describe('What the trigger brings; one empty item if missing.'),
      version: versionChoice,
    })
    .prefault({}),
  response: executionDetail,
  status: 202,
  alternativeStatus: 200,
  idempotent: true,
  errors: [
    'request.invalid',
    'request.tooLarge',
    'resource.notFound',
    'workflow.invalid',
    'workflow.notPublished',
    'quota.exceeded',
    'execution.tooManyHops',
    'platform.held',
  ],
});

export const workflowRoutes = [
  listWorkflows,
  createWorkflow,
  validateDefinition,
  getWorkflow,
  saveWorkflow,
  updateWorkflow,
  deleteWorkflow,
  validateWorkflow,
  listVersions,
  getVersion,
  diffVersions,
  restoreVersion,
  publishWorkflow,
  unpublishWorkflow,
  runWorkflow,
];
