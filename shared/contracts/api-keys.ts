import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { label, timestamp, timestampInput } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route, SCOPES } from './route.ts';

const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('How the key begins, to tell keys apart.'),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    lastUsed: timestamp.nullable().describe('Within the hour.'),
  })
  .meta({ id: 'ApiKey' });

const newApiKey = apiKeySchema.extend({ key: z.string() }).meta({ id: 'NewApiKey' });

export const listApiKeys = route({
  id: 'listApiKeys',
  method: 'GET',
  path: '/api-keys',
  access: { who: 'user', scope: 'key:read' },
  summary: 'List your API keys',
  query: z.strictObject(pageQuery),
  response: pageOf(apiKeySchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

/** Takes no Idempotency-Key: a stored answer would hold the key in clear. */
export const createApiKey = route({
  id: 'createApiKey',
  method: 'POST',
  path: '/api-keys',
  access: { who: 'user', scope: 'key:write' },
  summary: 'Make an API key; it is shown this once',
  body: z.strictObject({
    name: label(255),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .max(SCOPES.length)
      .refine((scopes) => new Set(scopes).size === scopes.length, 'must not name a scope twice'),
    expiresAt: timestampInput.nullable().default(null).describe('Null: until it is deleted.'),
  }),
  response: newApiKey,
  status: 201,
  errors: ['request.invalid'],
});

export const deleteApiKey = route({
  id: 'deleteApiKey',
  method: 'DELETE',
  path: '/api-keys/{keyId}',
  access: { who: 'user', scope: 'key:write' },
  summary: 'Delete an API key; it stops working at once',
  params: z.strictObject({ keyId: idSchema('key') }),
  status: 204,
  errors: ['resource.notFound'],
});

/** Takes no Idempotency-Key, for the same reason. */
export const rotateApiKey = route({
  id: 'rotateApiKey',
  method: 'POST',
  path: '/api-keys/{keyId}/rotate',
  access: { who: 'user', scope: 'key:write' },
  summary: 'Give an API key another secret; the old one stops working at once',
  params: z.strictObject({ keyId: idSchema('key') }),
  body: z
    .strictObject({
      expiresAt: timestampInput.nullable().optional().describe('When not sent, it stays as it is.'),
    })
    .prefault({}),
  response: newApiKey,
  status: 200,
  errors: ['request.invalid', 'auth.forbidden', 'resource.notFound'],
});

export const apiKeyRoutes = [listApiKeys, createApiKey, rotateApiKey, deleteApiKey];
