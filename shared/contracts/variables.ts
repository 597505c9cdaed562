import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

const type = z.enum(['string', 'number', 'boolean', 'json']);

/** As it stands in expressions: `$vars.<name>`. */
const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be 1 to 64 letters, digits or "_", and begin with no digit');

const isSecret = z
  .boolean()
  .describe(
    'Its value is encrypted and never shown. Expressions hand it on as {{ $vars.name }} and compute nothing from it.',
  );

const variableSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type,
    value: z.json().describe('Null for a secret.'),
    isSecret: z.boolean(),
    scope: z.enum(['global', 'workflow']),
    workflowId: z.string().nullable().describe('Null for one that all workflows of its owner see.'),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'Variable' });

const variableParams = z.strictObject({ variableId: idSchema('var') });

export const listVariables = route({
  id: 'listVariables',
  method: 'GET',
  path: '/variables',
  access: { who: 'user', scope: 'variable:read' },
  summary: 'List your global variables, or those of a workflow, by name',
  query: z.strictObject({
    ...pageQuery,
    workflowId: idSchema('wf').optional().describe('The variables of that workflow.'),
    ownerId: idSchema('usr').optional().describe('Admins only: the global variables of that user.'),
  }),
  response: pageOf(variableSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'auth.forbidden', 'resource.notFound'],
});

export const createVariable = route({
  id: 'createVariable',
  method: 'POST',
  path: '/variables',
  access: { who: 'user', scope: 'variable:write' },
  summary: 'Create a variable; one of a workflow stands over the global one of the same name',
  body: z.strictObject({
    name,
    type: type.default('string'),
    value: z.json(),
    isSecret: isSecret.default(false),
    workflowId: idSchema('wf').nullable().default(null),
  }),
  response: variableSchema,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid', 'auth.forbidden', 'resource.notFound', 'resource.duplicate'],
});

export const getVariable = route({
  id: 'getVariable',
  method: 'GET',
  path: '/variables/{variableId}',
  access: { who: 'user', scope: 'variable:read' },
  summary: 'Read a variable',
  params: variableParams,
  response: variableSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound'],
});

export const updateVariable = route({
  id: 'updateVariable',
  method: 'PATCH',
  path: '/variables/{variableId}',
  access: { who: 'user', scope: 'variable:write' },
  summary: 'Change a variable; making a secret public takes a new value',
  params: variableParams,
  body: z.strictObject({ name, type, value: z.json(), isSecret }).partial(),
  response: variableSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'resource.notFound', 'resource.changed', 'resource.duplicate'],
});

export const deleteVariable = route({
  id: 'deleteVariable',
  method: 'DELETE',
  path: '/variables/{variableId}',
  access: { who: 'user', scope: 'variable:write' },
  summary: 'Delete a variable',
  params: variableParams,
  status: 204,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed'],
});

export const variableRoutes = [listVariables, createVariable, getVariable, updateVariable, deleteVariable];
