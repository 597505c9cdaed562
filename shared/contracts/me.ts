import { z } from 'zod';
import { route } from './route.ts';
import { newPassword, profileFields, userSchema } from './users.ts';

export const getMe = route({
  id: 'getMe',
  method: 'GET',
  path: '/me',
  access: { who: 'user', scope: 'user:read' },
  summary: 'Read your own account',
  response: userSchema,
  status: 200,
  concurrency: 'etag',
  errors: [],
});

export const updateMe = route({
  id: 'updateMe',
  method: 'PATCH',
  path: '/me',
  access: { who: 'session' },
  summary: 'Change your profile or password; a new password ends your other sessions',
  body: z
    .strictObject({ ...profileFields, password: newPassword, currentPassword: z.string().min(1).max(1024) })
    .partial()
    .refine(
      (body) =>
        (body.password === undefined && body.email === undefined) || body.currentPassword !== undefined,
      { path: ['currentPassword'], message: 'is needed to change the password or the e-mail address' },
    ),
  response: userSchema.extend({
    accessToken: z
      .string()
      .optional()
      .describe('After a change of password: for this session, as the old token has ended.'),
  }),
  status: 200,
  concurrency: 'etag',
  errors: ['request.invalid', 'auth.tooManyAttempts', 'resource.changed', 'resource.duplicate'],
});

export const meRoutes = [getMe, updateMe];
