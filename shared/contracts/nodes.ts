import { z } from 'zod';
import { declarativeSchema } from '../../engine/index.ts';
import { queryFlag } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

const nodeSchema = z
  .object({
    type: z.string(),
    version: z.int(),
    name: z.string(),
    description: z.string(),
    category: z.string(),
    icon: z.string(),
    isCore: z.boolean(),
    isAi: z.boolean(),
  })
  .meta({ id: 'NodeType' });

const nodeDetail = nodeSchema
  .extend({
    trigger: z.string().nullable().describe('What kind of trigger it is; null for the others.'),
    inputs: z.array(z.string()).describe('Ports, with the example’s parameters.'),
    outputs: z.array(z.string()),
    effect: z
      .enum(['pure', 'read', 'write'])
      .describe(
        'What it does to the outside, with the example’s parameters: nothing; reads from it; acts on it, which is recorded first and repeated under the same key.',
      ),
    credentialTypes: z.array(z.string()).describe('What its credential may be; empty where it takes none.'),
    needsCredential: z.boolean().describe('Whether it can do nothing without one.'),
    schema: z.unknown().describe('JSON Schema of the parameters.'),
    example: z.unknown().describe('Parameters, the items that come in, and those that go out by output.'),
  })
  .meta({ id: 'NodeTypeDetail' });

const categorySchema = z
  .object({
    name: z.string(),
    description: z.string(),
    icon: z.string(),
    color: z.string(),
    displayOrder: z.int(),
  })
  .meta({ id: 'NodeCategory' });

export const listNodes = route({
  id: 'listNodes',
  method: 'GET',
  path: '/nodes',
  access: { who: 'user', scope: 'catalogue:read' },
  summary: 'List the node types of the catalogue',
  query: z.strictObject({
    ...pageQuery,
    category: z.string().min(1).max(255).optional(),
    isCore: queryFlag.optional(),
    isAi: queryFlag.optional(),
    q: z.string().min(1).max(255).optional().describe('Words to find in type, name or description.'),
  }),
  response: pageOf(nodeSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

export const getNode = route({
  id: 'getNode',
  method: 'GET',
  path: '/nodes/{type}',
  access: { who: 'user', scope: 'catalogue:read' },
  summary: 'Read a node type with the schema of its parameters',
  params: z.strictObject({ type: z.string().min(1).max(128) }),
  query: z.strictObject({
    version: z.coerce.number().int().min(1).optional().describe('The latest when left out.'),
  }),
  response: nodeDetail,
  status: 200,
  errors: ['resource.notFound'],
});

const newNode = declarativeSchema.meta({ id: 'NewNodeType' });

export const createNode = route({
  id: 'createNode',
  method: 'POST',
  path: '/nodes',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Add a node type that calls an API, or a new version of one; the same again changes nothing',
  body: newNode,
  response: nodeDetail,
  status: 201,
  alternativeStatus: 200,
  errors: ['request.invalid', 'node.invalid', 'resource.duplicate'],
});

export const importNodes = route({
  id: 'importNodes',
  method: 'POST',
  path: '/nodes/import-openapi',
  access: { who: 'admin', scope: 'catalogue:write' },
  summary: 'Add a node type for each operation of an OpenAPI 3 document',
  body: z.strictObject({
    document: z
      .union([z.string().max(3_000_000), z.record(z.string(), z.json())])
      .describe('The document as JSON, or as text in JSON or YAML.'),
    prefix: z
      .string()
      .regex(/^[a-z][A-Za-z0-9_-]{0,30}$/, 'must be a short name that begins with a small letter')
      .describe('Names the set: types are custom.<prefix>.<operation>.'),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('In place of the document’s first server.'),
    operations: z
      .array(z.string().max(256))
      .max(500)
      .optional()
      .describe('Ids of operations; all when left out.'),
    credentialTypes: declarativeSchema.shape.credentialTypes,
  }),
  response: z
    .object({
      nodes: z.array(nodeSchema.extend({ created: z.boolean() })),
      skipped: z.array(z.object({ operation: z.string(), reason: z.string() })),
    })
    .meta({ id: 'ImportedNodeTypes' }),
  status: 200,
  errors: ['request.invalid', 'node.invalid', 'resource.duplicate'],
});

export const listNodeCategories = route({
  id: 'listNodeCategories',
  method: 'GET',
  path: '/node-categories',
  access: { who: 'user', scope: 'catalogue:read' },
  summary: 'List the categories of the catalogue, in order of display',
  response: pageOf(categorySchema),
  status: 200,
  errors: [],
});

export const nodeRoutes = [listNodes, getNode, createNode, importNodes, listNodeCategories];
