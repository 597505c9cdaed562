import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { label, queryFlag, timestamp } from './fields.ts';
import { pageOf, pageQuery } from './page.ts';
import { route } from './route.ts';

export const userSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    email: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    role: z.enum(['admin', 'user']),
    isActive: z.boolean(),
    createdAt: timestamp,
    updatedAt: timestamp,
    lastLogin: timestamp.nullable(),
    revision: z.int().describe('Counts changes; the ETag.'),
  })
  .meta({ id: 'User' });

const PASSWORD_BYTES = { least: 8, most: 1024 };

/** A new password. Lengths are in bytes of UTF-8: that is what hashing costs. */
export const newPassword = z
  .string()
  .max(PASSWORD_BYTES.most)
  .refine((text) => {
    const bytes = Buffer.byteLength(text);
    return bytes >= PASSWORD_BYTES.least && bytes <= PASSWORD_BYTES.most;
  }, `must be ${PASSWORD_BYTES.least} to ${PASSWORD_BYTES.most} bytes long`)
  .describe(`${PASSWORD_BYTES.least} to ${PASSWORD_BYTES.most} bytes.`);

const personalName = label(255).nullable();

/** A name without "@", so that nobody's name reads as somebody else's address at sign-in. */
const username = label(64)
  .refine((text) => !text.includes('@'), 'must not contain "@"')
  .refine((text) => text.trim() === text, 'must not begin or end with blanks');

export const profileFields = {
  username,
  email: z.email().max(254),
  firstName: personalName,
  lastName: personalName,
};

/** What makes an account, wherever one is made. */
export const accountFields = {
  ...profileFields,
  firstName: personalName.default(null),
  lastName: personalName.default(null),
  password: newPassword,
};

const userParams = z.strictObject({ userId: idSchema('usr') });

export const listUsers = route({
  id: 'listUsers',
  method: 'GET',
  path: '/users',
  access: { who: 'admin', scope: 'user:read' },
  summary: 'List users',
  query: z.strictObject(pageQuery),
  response: pageOf(userSchema),
  status: 200,
  errors: ['request.invalid', 'request.cursor'],
});

export const createUser = route({
  id: 'createUser',
  method: 'POST',
  path: '/users',
  access: { who: 'admin', scope: 'user:write' },
  summary: 'Create a user',
  body: z.strictObject({
    ...accountFields,
    role: z.enum(['admin', 'user']).default('user'),
    isActive: z.boolean().default(true),
  }),
  response: userSchema,
  status: 201,
  concurrency: 'etag',
  errors: ['request.invalid', 'resource.duplicate'],
});

export const getUser = route({
  id: 'getUser',
  method: 'GET',
  path: '/users/{userId}',
  access: { who: 'admin', scope: 'user:read' },
  summary: 'Read a user',
  params: userParams,
  response: userSchema,
  status: 200,
  concurrency: 'etag',
  errors: ['resource.notFound'],
});

export const updateUser = route({
  id: 'updateUser',
  method: 'PATCH',
  path: '/users/{userId}',
  access: { who: 'admin', scope: 'user:write' },
  summary: 'Change a user; another password, role or activity ends their sessions',
  params: userParams,
  body: z
    .strictObject({
      ...profileFields,
      password: newPassword,
      role: z.enum(['admin', 'user']),
      isActive: z.boolean(),
    })
    .partial(),
  response: userSchema,
  status: 200,
  concurrency: 'etag',
  errors: [
    'request.invalid',
    'resource.notFound',
    'resource.changed',
    'resource.duplicate',
    'resource.conflict',
  ],
});

export const deleteUser = route({
  id: 'deleteUser',
  method: 'DELETE',
  path: '/users/{userId}',
  access: { who: 'admin', scope: 'user:write' },
  summary: 'Delete a user; what they own goes to a successor, or goes too',
  params: userParams,
  query: z.strictObject({
    successorId: idSchema('usr')
      .optional()
      .describe(
        'Who gets workflows, credentials, variables and tables. This or removeAll is needed for workflows.',
      ),
    removeAll: queryFlag
      .optional()
      .describe(
        'Removes workflows with their executions, credentials, variables, tables and keys, for good.',
      ),
  }),
  status: 204,
  errors: ['request.invalid', 'resource.notFound', 'resource.changed', 'resource.conflict'],
});

export const userRoutes = [listUsers, createUser, getUser, updateUser, deleteUser];
