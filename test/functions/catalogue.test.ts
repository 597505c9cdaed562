import { beforeAll, describe, expect, it } from 'vitest';
import { nodeTypes } from '../../engine/index.ts';
import { docsHandlers } from '../../functions/docs/handlers.ts';
import { healthHandlers } from '../../functions/health/handlers.ts';
import { nodeCategoryHandlers } from '../../functions/node-categories/handlers.ts';
import { nodeHandlers } from '../../functions/nodes/handlers.ts';
import { aClient } from '../http/client.ts';
import { accountOf, testPlatform } from '../http/test-platform.ts';

let call: ReturnType<typeof aClient>;
let token: string;

beforeAll(async () => {
  const platform = await testPlatform();
  call = aClient([...nodeHandlers, ...nodeCategoryHandlers, ...healthHandlers, ...docsHandlers], platform);
  token = (await accountOf(platform, 'user')).token;
});

const list = async (query = '') => (await call({ path: '/api/v1/nodes', query, token })).body;
const types = ({ data }: { data: { type: string }[] }) => data.map(({ type }) => type);

describe('the catalogue', () => {
  it('lists every node type of the engine, page by page', async () => {
    const all = types(await list('limit=100'));
    expect(all).toEqual([...nodeTypes.keys()].sort());
    const first = await list('limit=3');
    const second = await list(`limit=3&cursor=${first.nextCursor}`);
    expect([...types(first), ...types(second)]).toEqual(all.slice(0, 6));
  });

  it('filters by category and by words', async () => {
    for (const node of (await list('category=Triggers')).data) expect(node.category).toBe('Triggers');
    expect(types(await list('q=WEBHOOK+trigger'))).toContain('trigger.webhook');
    expect(types(await list('q=webhook+nowhere'))).toEqual([]);
    for (const node of (await list('isAi=true')).data) expect(node.isAi).toBe(true);
  });

  it('refuses a cursor of another list', async () => {
    const answer = await call({ path: '/api/v1/nodes', query: 'category=Triggers&cursor=flow.if', token });
    expect(answer.body.code).toBe('request.cursor');
  });

  it.each([...nodeTypes.keys()])('describes %s with a schema and an example', async (type) => {
    const { status, body } = await call({ path: `/api/v1/nodes/${type}`, token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ type, schema: { type: 'object' }, example: { output: expect.anything() } });
    expect(['pure', 'read', 'write']).toContain(body.effect);
  });

  it('says what a node type does to the outside, as in its example', async () => {
    const effect = async (type: string) => (await call({ path: `/api/v1/nodes/${type}`, token })).body.effect;
    expect(await effect('data.set')).toBe('pure');
    expect(await effect('aws.secretsManager')).toBe('read');
    expect(await effect('email.send')).toBe('write');
  });

  it('says which node types can do nothing without a credential', async () => {
    const needs = async (type: string) =>
      (await call({ path: `/api/v1/nodes/${type}`, token })).body.needsCredential;
    expect(await needs('sql.query')).toBe(true);
    expect(await needs('http.request')).toBe(false);
  });

  it.each(['nothing', 'constructor', '__proto__', '%F0%9F%98%80'])('has no node type "%s"', async (type) => {
    expect((await call({ path: `/api/v1/nodes/${type}`, token })).body.code).toBe('resource.notFound');
  });

  it('lists the categories that node types name, in order of display', async () => {
    const { data } = (await call({ path: '/api/v1/node-categories', token })).body;
    const names = data.map(({ name }: { name: string }) => name);
    for (const { category } of nodeTypes.values()) expect(names).toContain(category);
    const orders = data.map(({ displayOrder }: { displayOrder: number }) => displayOrder);
    expect(orders).toEqual(orders.toSorted((a: number, b: number) => a - b));
    for (const { color } of data) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });
});

describe('public pages', () => {
  it.each(['/health', '/api/v1/health'])('%s says that the database answers', async (path) => {
    expect((await call({ path })).body.status).toBe('ok');
  });

  it('/openapi.json is the document', async () => {
    expect((await call({ path: '/openapi.json' })).body.openapi).toBe('3.1.0');
  });

  it('/docs is a page that may load nothing and be framed by nobody', async () => {
    const answer = await call({ path: '/docs', headers: { authorization: 'Bearer stale' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = answer.headers['content-security-policy'];
    expect(policy).toMatch(/default-src 'none'; style-src 'sha256-[\w+/=]+'; frame-ancestors 'none'/);
    expect(answer.body).toContain('<meta charset="utf-8">');
  });
});
