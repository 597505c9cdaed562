import { beforeEach, describe, expect, it } from 'vitest';
import { apiKeyHandlers } from '../../functions/api-keys/handlers.ts';
import { meHandlers } from '../../functions/me/handlers.ts';
import type { Platform } from '../../shared/platform.ts';
import { aClient } from '../http/client.ts';
import { type Account, accountOf, testPlatform } from '../http/test-platform.ts';

let platform: Platform;
let call: ReturnType<typeof aClient>;
let user: Account;

beforeEach(async () => {
  platform = await testPlatform();
  call = aClient([...apiKeyHandlers, ...meHandlers], platform);
  user = await accountOf(platform, 'user');
});

const make = (body: object, who: { token?: string; key?: string } = { token: user.token }) =>
  call({ method: 'POST', path: '/api/v1/api-keys', body: { name: 'script', ...body }, ...who });

describe('API keys', () => {
  it('are shown once, listed without the key, and end when they are deleted', async () => {
    const made = await make({ scopes: ['user:read'] });
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^sw_[\w-]{43}$/);
    expect((await call({ path: '/api/v1/me', key: made.body.key })).body.id).toBe(user.id);

    const list = await call({ path: '/api/v1/api-keys', token: user.token });
    expect(list.body.data).toHaveLength(1);
    expect(JSON.stringify(list.body)).not.toContain(made.body.key);
    expect(JSON.stringify(list.body)).not.toContain('keyHash');
    expect(list.body.data[0].lastUsed).not.toBeNull();

    const path = `/api/v1/api-keys/${made.body.id}`;
    expect((await call({ method: 'DELETE', path, token: user.token })).status).toBe(204);
    expect((await call({ path: '/api/v1/me', key: made.body.key })).status).toBe(401);
  });

  it('do no more than their maker', async () => {
    const wide = await make({ scopes: ['user:read', 'user:write'] });
    expect(wide.status).toBe(403);
    expect(wide.body.errors).toEqual([{ pointer: '/scopes/1', message: 'is more than you may give' }]);
    const maker = await make({ scopes: ['key:write'] });
    expect((await make({ scopes: ['key:write'] }, { key: maker.body.key })).status).toBe(201);
    expect((await make({ scopes: ['user:read'] }, { key: maker.body.key })).status).toBe(403);
  });

  it('make no key that outlives them, and do not prolong themselves', async () => {
    const end = { scopes: ['key:write'], expiresAt: '2999-01-01T00:00:00.000Z' };
    const maker = await make(end);
    const by = { key: maker.body.key };
    expect((await make(end, by)).status).toBe(201);
    for (const expiresAt of [null, '2999-01-01T00:00:00.001Z'])
      expect(await make({ ...end, expiresAt }, by)).toMatchObject({
        status: 403,
        body: { code: 'auth.forbidden', errors: [{ pointer: '/expiresAt' }] },
      });

    const path = `/api/v1/api-keys/${maker.body.id}/rotate`;
    const rotate = (body: object, who: object = by) => call({ method: 'POST', path, body, ...who });
    expect((await rotate({ expiresAt: null })).status).toBe(403);
    expect((await rotate({ expiresAt: null }, { token: user.token })).status).toBe(200);
  });

  it('get another secret, and the old one ends', async () => {
    const made = await make({ scopes: ['user:read'], expiresAt: '2999-01-01T00:00:00.000Z' });
    const path = `/api/v1/api-keys/${made.body.id}/rotate`;
    const rotated = await call({ method: 'POST', path, token: user.token });
    expect(rotated.body).toMatchObject({
      id: made.body.id,
      scopes: ['user:read'],
      expiresAt: '2999-01-01T00:00:00.000Z',
    });
    expect((await call({ path: '/api/v1/me', key: made.body.key })).status).toBe(401);
    expect((await call({ path: '/api/v1/me', key: rotated.body.key })).status).toBe(200);
    const past = { expiresAt: '2000-01-01T00:00:00Z' };
    expect((await call({ method: 'POST', path, token: user.token, body: past })).status).toBe(400);
    const narrow = await make({ scopes: ['key:write'] });
    expect((await call({ method: 'POST', path, key: narrow.body.key })).status).toBe(403);
  });

  it.each([
    ['/scopes', { scopes: [] }],
    ['/scopes/0', { scopes: ['everything'] }],
    ['/scopes', { scopes: ['user:read', 'user:read'] }],
    ['/expiresAt', { scopes: ['user:read'], expiresAt: '2000-01-01T00:00:00Z' }],
    ['/expiresAt', { scopes: ['user:read'], expiresAt: 'tomorrow' }],
    ['/userId', { scopes: ['user:read'], userId: 'usr_1' }],
  ])('are refused with a pointer to %s', async (pointer, body) => {
    const answer = await make(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('of others are not there', async () => {
    const other = await accountOf(platform, 'user', 'other');
    const made = await make({ scopes: ['user:read'] });
    const path = `/api/v1/api-keys/${made.body.id}`;
    expect((await call({ method: 'DELETE', path, token: other.token })).status).toBe(404);
    expect((await call({ path: '/api/v1/api-keys', token: other.token })).body.data).toEqual([]);
  });

  it.each(['sw_', 'sw_short', `sw_${'A'.repeat(43)}`, 'x'.repeat(10_000), 'Bearer sw_'])(
    'that are none are refused (%#)',
    async (key) => {
      expect((await call({ path: '/api/v1/me', key })).status).toBe(401);
    },
  );

  it('and a session at once are refused', async () => {
    const answer = await call({ path: '/api/v1/me', token: user.token, key: 'sw_x' });
    expect(answer.status).toBe(401);
  });
});
