import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { route } from '../../shared/contracts/route.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import type { Platform } from '../../shared/platform.ts';
import { aClient } from './client.ts';
import { type Account, accountOf, testPlatform } from './test-platform.ts';

const thing = z.object({ name: z.string(), made: z.int() });
const create = route({
  id: 'createThing',
  method: 'POST',
  path: '/things',
  access: { who: 'user', scope: 'workflow:write' },
  summary: 'Make a thing',
  body: z.strictObject({ name: z.string() }),
  response: thing,
  status: 201,
  concurrency: 'etag',
  idempotent: true,
  errors: [],
});
const read = route({
  id: 'getThing',
  method: 'GET',
  path: '/things/{thingId}',
  access: { who: 'public' },
  summary: 'Read a thing',
  params: z.strictObject({ thingId: z.string() }),
  response: thing,
  status: 200,
  errors: [],
});

let made: number;
const handlers = [
  defineHandler(create, async ({ body }) => {
    if (body.name === 'broken') throw new Error('the secret of the house');
    if (body.name === 'taken') throw new AppError('resource.duplicate', 'There is one of that name.');
    made += 1;
    return { body: { name: body.name, made, hidden: 'hash' }, etag: made };
  }),
  defineHandler(read, async ({ params }) => ({ body: { name: params.thingId, made: 0 } })),
];

let call: ReturnType<typeof aClient>;
let log: Record<string, unknown>[];
let platform: Platform;
let user: Account;
let other: Account;

beforeEach(async () => {
  made = 0;
  log = [];
  platform = { ...(await testPlatform()), log: (entry: object) => void log.push({ ...entry }) };
  call = aClient(handlers, platform);
  user = await accountOf(platform, 'user');
  other = await accountOf(platform, 'user', 'other');
});

const post = (name: string, key?: string, token = user.token) =>
  call({
    method: 'POST',
    path: '/api/v1/things',
    body: { name },
    token,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });

describe('the stack', () => {
  it('answers what the response schema shows, with an ETag', async () => {
    const answer = await post('lamp');
    expect(answer).toMatchObject({ status: 201, body: { name: 'lamp', made: 1 } });
    expect(answer.body).not.toHaveProperty('hidden');
    expect(answer.headers).toMatchObject({ etag: '"1"', 'content-type': 'application/json' });
  });

  it('puts security headers and the request id on every answer', async () => {
    for (const answer of [await post('lamp'), await post('broken'), await call({ path: '/nowhere' })]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'strict-transport-security': expect.stringContaining('max-age='),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-request-id': 'request-1',
      });
    }
  });

  it('says nothing of an error it does not know but the request id, and logs its stack', async () => {
    const answer = await post('broken');
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain('secret of the house');
    expect(answer.body).toMatchObject({ code: 'internal', requestId: 'request-1' });
    expect(log.find(({ level }) => level === 'error')?.error).toContain('the secret of the house');
  });

  it('logs one line for each request, without what was in it', async () => {
    await post('lamp');
    await call({ path: '/api/v1/things/secret-in-path', query: 'secret=in-query' });
    expect(log).toEqual([
      expect.objectContaining({
        route: 'createThing',
        status: 201,
        callerId: user.id,
        requestId: 'request-1',
      }),
      expect.objectContaining({ route: 'getThing', status: 400, callerId: null, method: 'GET' }),
    ]);
    expect(JSON.stringify(log)).not.toMatch(/lamp|secret/);
  });

  it('goes by the route key and the decoded parameters of the gateway when they are there', async () => {
    const answer = await call({
      path: '/decoded already %',
      routeKey: 'GET /api/v1/things/{thingId}',
      pathParameters: { thingId: '100 %' },
    });
    expect(answer.body.name).toBe('100 %');
  });

  it('takes bodies in base64', async () => {
    const answer = await call({
      method: 'POST',
      path: '/api/v1/things',
      body: { name: 'köln' },
      base64: true,
      token: user.token,
    });
    expect(answer.body.name).toBe('köln');
  });

  it('does not quote a broken body', async () => {
    const answer = await call({
      method: 'POST',
      path: '/api/v1/things',
      body: '{"p":"hunter2"',
      token: user.token,
    });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('an Idempotency-Key', () => {
  it('gives a repeat the first answer and does nothing again', async () => {
    const first = await post('lamp', 'key-1');
    const second = await post('lamp', 'key-1');
    expect(second.body).toEqual(first.body);
    expect(second.status).toBe(201);
    expect(second.headers).toMatchObject({ etag: '"1"', 'idempotency-replayed': 'true' });
    expect(made).toBe(1);
  });

  it('is refused for another request', async () => {
    await post('lamp', 'key-1');
    expect((await post('table', 'key-1')).body.code).toBe('idempotency.mismatch');
  });

  it('belongs to its caller', async () => {
    await post('lamp', 'key-1');
    expect((await post('lamp', 'key-1', other.token)).body.made).toBe(2);
  });

  it('lets one of many requests at once do the work', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('lamp', 'key-1')));
    expect(made).toBe(1);
    expect(answers.filter(({ status }) => status === 201 || status === 409)).toHaveLength(10);
  });

  it('is free again after an error', async () => {
    expect((await post('taken', 'key-1')).status).toBe(409);
    expect((await post('lamp', 'key-1')).status).toBe(201);
  });

  it('that cannot be released leaves the answer that says what went wrong', async () => {
    const failure = new AppError('storage.unavailable', 'The database did not answer; try again.');
    vi.spyOn(platform.stores.idempotency, 'release').mockRejectedValueOnce(failure);

    expect(await post('taken', 'key-1')).toMatchObject({ status: 409, body: { code: 'resource.duplicate' } });
  });

  it.each(['', ' ', 'ä', 'x'.repeat(129), 'a b'])('is refused as %j', async (key) => {
    const answer = await post('lamp', key);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({ in: 'header', pointer: '/idempotency-key' });
  });
});
