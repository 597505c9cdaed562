import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { timestamp } from './fields.ts';
import { route } from './route.ts';
import { userSchema } from './users.ts';

export const sessionSchema = z
  .object({
    accessToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().describe('Seconds the access token lives.'),
    refreshToken: z.string().describe('For one use: each refresh gives a new one.'),
    user: userSchema,
  })
  .meta({ id: 'Session' });

export const login = route({
  id: 'login',
  method: 'POST',
  path: '/auth/login',
  access: { who: 'public' },
  summary: 'Sign in by user name or e-mail address',
  body: z
    .strictObject({
      username: z.string().min(1).max(254).optional().describe('A user name or an e-mail address.'),
      email: z.string().min(1).max(254).optional(),
      password: z.string().min(1).max(1024),
    })
    .refine((body) => (body.username === undefined) !== (body.email === undefined), {
      path: ['username'],
      message: 'is needed; or send email instead, but not both',
    }),
  response: sessionSchema,
  status: 200,
  errors: ['request.invalid', 'auth.invalid', 'auth.tooManyAttempts'],
});

export const refresh = route({
  id: 'refresh',
  method: 'POST',
  path: '/auth/refresh',
  access: { who: 'public' },
  summary: 'Exchange a refresh token for new tokens; using one twice ends the session',
  body: z.strictObject({ refreshToken: z.string().min(1).max(256) }),
  response: sessionSchema,
  status: 200,
  errors: ['request.invalid', 'auth.invalid', 'auth.expired'],
});

export const logout = route({
  id: 'logout',
  method: 'POST',
  path: '/auth/logout',
  access: { who: 'session' },
  summary: 'End this session, or all of yours',
  body: z.strictObject({ everywhere: z.boolean().default(false) }).prefault({}),
  status: 204,
  errors: ['request.invalid'],
});

export const listSessions = route({
  id: 'listSessions',
  method: 'GET',
  path: '/auth/sessions',
  access: { who: 'session' },
  summary: 'List your sessions, the one begun last first',
  response: z.object({
    data: z.array(
      z
        .object({
          id: z.string(),
          startedAt: timestamp,
          lastUsed: timestamp.describe('The last sign-in or refresh.'),
          expiresAt: timestamp.describe('Unless it is refreshed before.'),
          agent: z.string().describe('What signed in said it was.'),
          address: z.string().describe('Where it signed in from.'),
          isCurrent: z.boolean().describe('True for the session that asks.'),
        })
        .meta({ id: 'SessionSummary' }),
    ),
  }),
  status: 200,
  errors: [],
});

export const deleteSession = route({
  id: 'deleteSession',
  method: 'DELETE',
  path: '/auth/sessions/{sessionId}',
  access: { who: 'session' },
  summary: 'End one of your sessions; its tokens stop working at once',
  params: z.strictObject({ sessionId: idSchema('ses') }),
  status: 204,
  errors: ['resource.notFound'],
});

export const authRoutes = [login, refresh, logout, listSessions, deleteSession];
