import { z } from 'zod';
import { timestamp } from './fields.ts';
import { route } from './route.ts';

export const getHealth = route({
  id: 'getHealth',
  method: 'GET',
  path: '/health',
  access: { who: 'public' },
  summary: 'Whether the API can reach its database',
  root: true,
  response: z.object({ status: z.literal('ok'), time: timestamp }),
  status: 200,
  errors: ['storage.unavailable'],
});

export const getOpenApi = route({
  id: 'getOpenApi',
  method: 'GET',
  path: '/openapi.json',
  access: { who: 'public' },
  summary: 'This API as an OpenAPI 3.1 document',
  root: true,
  response: z.custom<object>(),
  status: 200,
  errors: [],
});

export const getDocs = route({
  id: 'getDocs',
  method: 'GET',
  path: '/docs',
  access: { who: 'public' },
  summary: 'This API as a page to read',
  root: true,
  mediaType: 'text/html; charset=utf-8',
  response: z.string(),
  status: 200,
  errors: [],
});

export const platformRoutes = [getHealth, getOpenApi, getDocs];
