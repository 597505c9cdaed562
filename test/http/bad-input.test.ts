import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../shared/contracts/api.ts';
import { BASE_PATH } from '../../shared/contracts/paths.ts';
import type { Route } from '../../shared/contracts/route.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handler } from '../../shared/http/define-handler.ts';
import { type Answer, aClient } from './client.ts';
import { accountOf, testPlatform } from './test-platform.ts';

/** Stands behind every route and tells that a request came through all the checks. */
const REACHED = 'the handler was reached';
const probes: Handler[] = ROUTES.map((route) => ({
  route,
  handle: async () => {
    throw new AppError('resource.conflict', REACHED);
  },
}));

let call: ReturnType<typeof aClient>;
let token: string;

beforeAll(async () => {
  const platform = await testPlatform();
  call = aClient(probes, platform, { areMadeUp: true });
  token = (await accountOf(platform, 'admin')).token;
});

const ID = '01h455vb4pex5vsknk084sn02q';
const PREFIXES: Readonly<Record<string, string>> = {
  userId: 'usr',
  keyId: 'key',
  workflowId: 'wf',
  executionId: 'exec',
  webhookId: 'hook',
  modelId: 'aim',
  suggestionId: 'sug',
  scheduleId: 'sch',
  credentialId: 'cred',
  sessionId: 'ses',
  variableId: 'var',
};
const sampleOf = (name: string): string =>
  PREFIXES[name] ? `${PREFIXES[name]}_${ID}` : name === 'type' ? 'flow.if' : '1';
const pathOf = (route: Route, value = sampleOf): string =>
  BASE_PATH + route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => value(name));

const send = (route: Route, rest: object = {}): Promise<Answer> =>
  call({ method: route.method, path: pathOf(route), token, ...rest });

const expectProblem = (answer: Answer, statuses: readonly number[]): void => {
  expect(statuses).toContain(answer.status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.body).toMatchObject({ status: answer.status, requestId: 'request-1' });
  expect(answer.body.detail).not.toBe(REACHED);
};

const named = (routes: readonly Route[]) => routes.map((route) => [route.id, route] as const);
const withBody = ROUTES.filter((route) => route.body);
const withParams = ROUTES.filter((route) => route.params);

describe('every route', () => {
  /** Where somebody else writes the query, and adds to it what they like. */
  const open = ['finishOAuth'];
  const closed = ROUTES.filter(({ id }) => !open.includes(id));
  it.each(named(closed))('%s refuses a query parameter it does not know', async (_, route) => {
    const answer = await send(route, { query: 'unknown=1' });
    expectProblem(answer, [400]);
    expect(answer.body.errors).toContainEqual({
      in: 'query',
      pointer: '/unknown',
      message: expect.stringMatching(/^is not known here(; there (is|are) \w+(, \w+)*)?$/),
      code: 'unknown',
    });
  });

  it.each(named(ROUTES))('%s refuses a field it does not know, and __proto__', async (_, route) => {
    const answer = await send(route, { body: { isAdmin: true } });
    expectProblem(answer, [400]);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain('/isAdmin');
    expectProblem(await send(route, { body: '{"__proto__":{"role":"admin"}}' }), [400]);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  it.each(named(ROUTES))('%s refuses queries that are twisted', async (_, route) => {
    for (const query of ['%', 'a=%zz', 'a=1&a=2', '__proto__=1', 'x'.repeat(10_000), 'limit[]=1']) {
      expectProblem(await send(route, { query }), [400]);
    }
  });

  it.each(named(ROUTES))('%s refuses bodies that are no JSON, too deep or too large', async (_, route) => {
    for (const body of ['{', 'nul', '{"a":1}}', "{'a':1}", '\u0000']) {
      expectProblem(await send(route, { body }), [400]);
    }
    expectProblem(await send(route, { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }), [400]);
    expectProblem(await send(route, { body: JSON.stringify('x'.repeat(4 * 1024 * 1024)) }), [413]);
    expectProblem(
      await send(route, { body: JSON.stringify('x'.repeat(4 * 1024 * 1024)), base64: true }),
      [413],
    );
    expectProblem(await send(route, { body: '{"a":"\\ud800"}' }), [400]);
    expectProblem(await send(route, { body: '{"a":1e999}' }), [400]);
  });

  it.each(named(ROUTES))('%s refuses another media type', async (_, route) => {
    for (const type of ['text/plain', 'multipart/form-data', 'application/json; charset=utf-16', '']) {
      expectProblem(await send(route, { body: '{}', headers: { 'content-type': type } }), [415]);
    }
  });
});

describe('routes with a body', () => {
  it.each(named(withBody))('%s refuses bodies of another type', async (_, route) => {
    for (const body of ['[]', '"text"', '1', 'null', 'true', '"👩‍🚀"']) {
      const answer = await send(route, { body });
      expectProblem(answer, [400]);
      expect(answer.body.errors[0].pointer).toBe('');
    }
  });

  it.each(named(withBody))('%s points at every field of another type', async (_, route) => {
    const fields = Object.keys(shapeOf(route)).filter(
      (name) => name !== 'definition' || route.id !== 'validateDefinition',
    );
    for (const wrong of [{ nested: true }, 'a\u0000b\ud83d\ude00\u0007', -1.5, [['x']]]) {
      const body = Object.fromEntries(fields.map((name) => [name, wrong]));
      const answer = await send(route, { body });
      if (answer.body?.detail === REACHED) continue;
      expectProblem(answer, [400]);
      expect(answer.body.errors.length).toBeGreaterThan(0);
    }
  });
});

/** The fields of a route's body, through defaults and refinements. */
const shapeOf = (route: Route): object => {
  const schema = route.body as unknown as { shape?: object; unwrap?: () => { shape: object } };
  return schema.shape ?? schema.unwrap?.().shape ?? {};
};

/** Node types and templates have names, and among these some are well formed. */
const isNamed = ({ path }: Route) => /^\/(nodes|templates)\//.test(path);

describe('routes with ids in their path', () => {
  const bad = [
    '0',
    '..',
    '%2e%2e%2f',
    '%00',
    '%F0%9F%98%80',
    'usr_',
    `wf_${ID}x`,
    "'or'1",
    '__proto__',
    '-1',
    '1e3x',
  ];
  it.each(named(withParams))('%s refuses what is no id', async (_, route) => {
    for (const id of bad) {
      const answer = await send(route, { path: pathOf(route, () => id) });
      if (answer.body?.detail === REACHED) expect(isNamed(route)).toBe(true);
      else expectProblem(answer, [400, 404, 405]);
    }
    expectProblem(await send(route, { path: pathOf(route, () => '%ff') }), [400]);
    expectProblem(await send(route, { path: pathOf(route, () => 'x'.repeat(5_000)) }), [400]);
  });
});

describe('lists', () => {
  const lists = ROUTES.filter((route) => route.query?.safeParse({ limit: '5' }).success);
  it.each(named(lists))('%s refuses limits out of range', async (_, route) => {
    for (const limit of ['0', '-1', '101', '1.5', 'NaN', 'ten', '', '1e400', '%F0%9F%98%80']) {
      const answer = await send(route, { query: `limit=${limit}` });
      expectProblem(answer, [400]);
      expect(answer.body.errors[0]).toMatchObject({ in: 'query', pointer: '/limit' });
    }
  });
});

describe('paths', () => {
  it.each([
    '/',
    '/api',
    '/api/v1',
    '/api/v1/',
    '/api/v2/me',
    '/api/v1/me/',
    '/api/v1/nothing',
    '//me',
    '/%00',
  ])('that lead nowhere answer 404: %s', async (path) => {
    expectProblem(await call({ path, token }), [404]);
  });

  it('that do not take a method answer 405 and name those they take', async () => {
    const answer = await call({ method: 'DELETE', path: `${BASE_PATH}/workflows`, token });
    expectProblem(answer, [405]);
    expect(answer.headers.allow).toBe('GET, POST');
  });
});
