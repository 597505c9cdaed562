import { z } from 'zod';
import { route } from './route.ts';
import { accountFields, userSchema } from './users.ts';

export const getSetup = route({
  id: 'getSetup',
  method: 'GET',
  path: '/setup',
  access: { who: 'public' },
  summary: 'Whether the first admin has been made',
  response: z.object({ done: z.boolean() }),
  status: 200,
  errors: [],
});

export const setUp = route({
  id: 'setUp',
  method: 'POST',
  path: '/setup',
  access: { who: 'public' },
  summary: 'Make the first admin, once, with the token the deployment printed',
  body: z.strictObject({ token: z.string().min(1).max(1024), ...accountFields }),
  response: userSchema,
  status: 201,
  errors: ['request.invalid', 'setup.done', 'setup.token', 'auth.tooManyAttempts'],
});

export const setupRoutes = [getSetup, setUp];
