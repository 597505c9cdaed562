import { z } from 'zod';
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
    credentialTypes: z.array(z.string()),
    schema: z.unknown().describe('JSON Schema of the parameters.'),
    example: z.unknown(),
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
  response: nodeDetail,
  status: 200,
  errors: ['resource.notFound'],
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

export const nodeRoutes = [listNodes, getNode, listNodeCategories];
