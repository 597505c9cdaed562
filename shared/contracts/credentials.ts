import { z } from 'zod';
import { normalHost } from '../../engine/credentials/allowed-hosts.ts';
import { credentialTypes } from '../../engine/credentials/registry.ts';
import { idSchema } from '../ids.ts';
import { label, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

const typeName = z.enum([...credentialTypes.keys()]);
const scalar = z.union([z.string().max(65_536), z.number(), z.boolean()]);
const MOST_FIELDS = 64;
const fieldsOf = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string().min(1).max(256), value)
    .refine((data) => Object.keys(data).length <= MOST_FIELDS, `must have ${MOST_FIELDS} fields at most`);

const allowedHosts = z
  .array(
    z
      .string()
      .max(300)
      .transform((written, context) => {
        const host = normalHost(written);
        if (host !== null) return host;
        context.addIssue({
          code: 'custom',
          message: 'must be a host, like api.example.com, *.example.com or localhost:8080',
        });
        return z.NEVER;
      }),
  )
  .min(1)
  .max(50)
  .describe(
    'Where it may be sent, on every redirect, too. When not given, the hosts of the addresses in its data.',
  );

const credentialSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    allowedHosts: z.array(z.string()),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'Credential' });

export const credentialDetail = credentialSchema
  .extend({
    data: z.record(z.string(), scalar).describe('What is not secret of what was filled in.'),
    secrets: z
      .array(z.string())
      .describe('The names of the secret fields that are set. Their values are never shown.'),
    connection: z
      .object({
        status: z.enum(['notConnected', 'connected', 'failed']),
        validUntil: timestamp.nullable().describe('When the access token runs out; it is renewed before.'),
        problem: z.string().nullable().describe('Why there was no token the last time.'),
      })
      .nullable()
      .describe('Of OAuth 2 credentials: whether there is a token.'),
  })
  .meta({ id: 'CredentialDetail' });

const credentialParams = z.strictObject({ credentialId: idSchema('cred') });

export const listCredentials = route({
  id: 'listCredentials',
  method: 'GET',
  path: '/credentials',
  access: { who: 'user', scope: 'credential:read' },
  summary: 'List your credentials, newest first',
  query: z.strictObject({
    ...pageQuery,
    type: typeName.optional(),
    ownerId: idSchema('usr').optional().describe('Admins only: the credentials of that user.'),
  }),
  response: pageOf(credentialSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

export const createCredential = route({
  id: 'createCredential',
  method: 'POST',
  path: '/credentials',
  access: { who: 'user', scope: 'credential:write' },
  summary: 'Keep a credential; its secrets are encrypted and never shown again',
  body: z.strictObject({
    name: label(255),
    type: typeName,
    data: fieldsOf(scalar).describe('By the schema of its type: see `/credentials/types`.'),
    allowedHosts: allowedHosts.optional(),
  }),
  response: credentialDetail,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: ['request.invalid'],
});

export const listCredentialTypes = route({
  id: 'listCredentialTypes',
  method: 'GET',
  path: '/credentials/types',
  access: { who: 'user', scope: 'credential:read' },
  summary: 'What kinds of credentials there are, and what each wants to know',
  response: z.object({
    data: z.array(
      z
        .object({
          type: z.string(),
          name: z.string(),
          description: z.string(),
          schema: z
            .record(z.string(), z.unknown())
            .describe('JSON Schema of `data`. Secret fields are writeOnly.'),
          authenticatesHttp: z.boolean().describe('Whether HTTP nodes take it.'),
          connects: z.boolean().describe('Whether a person must grant access in the browser.'),
        })
        .meta({ id: 'CredentialType' }),
    ),
  }),
  status: 200,
  errors: [],
});

export const getCredential = route({
  id: 'getCredential',
  method: 'GET',
  path: '/credentials/{credentialId}',
  access: { who: 'user', scope: 'credential:read' },
  summary: 'Read a credential without its secrets',
  params: credentialParams,
  response: credentialDetail,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound', 'credential.unreadable'],
});

export const updateCredential = route({
  id: 'updateCredential',
  method: 'PATCH',
  path: '/credentials/{credentialId}',
  access: { who: 'user', scope: 'credential:write' },
  summary: 'Change a credential; fields that are not sent stay, null takes one out',
  params: credentialParams,
  body: z.strictObject({ name: label(255), data: fieldsOf(scalar.nullable()), allowedHosts }).partial(),
  response: credentialDetail,
  status: 200,
  concurrency: 'etag',
  errors: [
    'request.invalid',
    'auth.forbidden',
    'resource.notFound',
    'resource.changed',
    'credential.unreadable',
  ],
});

export const deleteCredential = route({
  id: 'deleteCredential',
  method: 'DELETE',
  path: '/credentials/{credentialId}',
  access: { who: 'user', scope: 'credential:write' },
  summary: 'Delete a credential; nodes that use it fail from then on',
  params: credentialParams,
  status: 204,
  concurrency: 'etag',
  errors: ['resource.notFound', 'resource.changed'],
});

export const testCredential = route({
  id: 'testCredential',
  method: 'POST',
  path: '/credentials/{credentialId}/test',
  access: { who: 'user', scope: 'credential:write' },
  summary: 'See whether a credential works, by using it once',
  params: credentialParams,
  body: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(2_048)
        .optional()
        .describe('Called with GET, on one of its hosts. When not given, the test URL of the credential.'),
    })
    .prefault({}),
  response: z
    .object({
      ok: z.boolean(),
      message: z.string(),
      status: z.int().nullable().describe('Of the HTTP answer, when there was one.'),
      milliseconds: z.int(),
    })
    .meta({ id: 'CredentialTest' }),
  status: 200,
  errors: ['request.invalid', 'auth.forbidden', 'resource.notFound', 'credential.unreadable'],
});

export const listCredentialUsage = route({
  id: 'listCredentialUsage',
  method: 'GET',
  path: '/credentials/{credentialId}/usage',
  access: { who: 'user', scope: 'credential:read' },
  summary: 'Which workflows use a credential, in their newest or published version; pages may be short',
  params: credentialParams,
  query: z.strictObject(pageQuery),
  response: pageOf(
    z
      .object({
        workflowId: z.string(),
        name: z.string(),
        isActive: z.boolean(),
        newest: z.array(z.string()).describe('Ids of the nodes in the newest version.'),
        published: z.array(z.string()).describe('Ids of the nodes in the published version.'),
      })
      .meta({ id: 'CredentialUsage' }),
  ),
  status: 200,
  errors: ['request.invalid', 'request.cursor', 'resource.notFound'],
});

export const startOAuth = route({
  id: 'startOAuth',
  method: 'POST',
  path: '/credentials/{credentialId}/oauth/start',
  access: { who: 'user', scope: 'credential:write' },
  summary: 'Begin to connect an OAuth 2 credential: where to send the browser',
  params: credentialParams,
  response: z.object({ authorizationUrl: z.string(), expiresAt: timestamp }).meta({ id: 'OAuthStart' }),
  status: 200,
  errors: [
    'request.invalid',
    'auth.forbidden',
    'resource.notFound',
    'resource.conflict',
    'credential.unreadable',
  ],
});

/** Authorization servers add parameters of their own: what is not known is not looked at. */
export const finishOAuth = route({
  id: 'finishOAuth',
  method: 'GET',
  path: '/credentials/oauth/callback',
  access: { who: 'public' },
  summary:
    'Where the authorization server sends the browser back to; wants the cookie of the start, or Authorization',
  query: z.looseObject({
    state: z.string().min(1).max(256),
    code: z.string().min(1).max(8_192).optional(),
    error: z.string().max(1_024).optional(),
  }),
  mediaType: 'text/html; charset=utf-8',
  response: z.string(),
  status: 200,
  errors: [
    'request.invalid',
    'auth.required',
    'auth.invalid',
    'auth.expired',
    'oauth.state',
    'oauth.denied',
    'oauth.failed',
    'credential.unreadable',
  ],
});

export const credentialRoutes = [
  listCredentials,
  createCredential,
  listCredentialTypes,
  finishOAuth,
  getCredential,
  updateCredential,
  deleteCredential,
  testCredential,
  listCredentialUsage,
  startOAuth,
];
