import { beforeEach, describe, expect, it } from 'vitest';
import { definitionSchema } from '../../engine/definition.ts';
import { userHandlers } from '../../functions/users/handlers.ts';
import { sealCredential } from '../../shared/credentials/credential-data.ts';
import { credentialsOf } from '../../shared/credentials/resolve.ts';
import { variablesOf } from '../../shared/executions/variables.ts';
import { newId } from '../../shared/ids.ts';
import type { Platform } from '../../shared/platform.ts';
import { sealVariable } from '../../shared/variables/secret-value.ts';
import { aClient } from '../http/client.ts';
import { type Account, accountOf, testPlatform } from '../http/test-platform.ts';
import { aHook, noTriggers } from '../store/trigger-builders.ts';

let platform: Platform;
let send: ReturnType<typeof aClient>;
let admin: Account;

beforeEach(async () => {
  platform = await testPlatform();
  send = aClient(userHandlers, platform);
  admin = await accountOf(platform, 'admin');
});

const call = (method: string, path: string, rest: object = {}) =>
  send({ method, path: `/api/v1${path}`, token: admin.token, ...rest });
const account = (name: string) => ({ username: name, email: `${name}@example.com`, password: 'long enough' });

describe('users', () => {
  it('are made, read, listed, changed and deleted by an admin', async () => {
    const made = await call('POST', '/users', { body: account('worker') });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ username: 'worker', role: 'user', isActive: true, lastLogin: null });
    expect(made.headers.etag).toBe(`"${made.body.revision}"`);
    const path = `/users/${made.body.id}`;
    expect((await call('GET', path)).body).toEqual(made.body);
    const changed = await call('PATCH', path, { body: { firstName: 'Ødegård' } });
    expect(changed.body.firstName).toBe('Ødegård');
    const { data } = (await call('GET', '/users')).body;
    expect(data.map(({ username }: { username: string }) => username).sort()).toContain('worker');
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
  });

  it('show no hash and no stamp', async () => {
    const made = await call('POST', '/users', { body: account('worker') });
    const list = await call('GET', '/users');
    expect(JSON.stringify([made.body, list.body])).not.toMatch(/passwordHash|securityStamp|argon2/);
  });

  it.each([
    ['username', { username: 'WORKER', email: 'other@example.com' }],
    ['email', { username: 'other', email: 'Worker@Example.com' }],
  ])('have a %s of their own', async (field, taken) => {
    await call('POST', '/users', { body: account('worker') });
    const answer = await call('POST', '/users', { body: { ...account('other'), ...taken } });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'resource.duplicate', errors: [{ pointer: `/${field}` }] });
  });

  it.each([
    ['/password', { password: '7 bytes' }],
    ['/password', { password: 'x'.repeat(1025) }],
    ['/password', { password: 'ä'.repeat(513) }],
    ['/email', { email: 'nowhere' }],
    ['/email', { email: 'a b@example.com' }],
    ['/username', { username: '' }],
    ['/username', { username: '   ' }],
    ['/username', { username: 'a\u0000b' }],
    ['/username', { username: 'x'.repeat(65) }],
    ['/username', { username: 'name@example.com' }],
    ['/role', { role: 'root' }],
    ['/id', { id: 'usr_1' }],
    ['/passwordHash', { passwordHash: 'x' }],
    ['/createdAt', { createdAt: '2030-01-01T00:00:00Z' }],
  ])('are refused with a pointer to %s', async (pointer, wrong) => {
    const answer = await call('POST', '/users', { body: { ...account('worker'), ...wrong } });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('changed in between are not overwritten', async () => {
    const { body, headers } = await call('POST', '/users', { body: account('worker') });
    const patch = (etag: string | undefined) =>
      call('PATCH', `/users/${body.id}`, { body: { firstName: 'A' }, headers: { 'if-match': etag ?? '' } });
    expect((await patch(headers.etag)).status).toBe(200);
    expect((await patch(headers.etag)).status).toBe(412);
    expect((await patch('W/"2"')).status).toBe(412);
    expect((await patch('*')).status).toBe(200);
  });
});

describe('the last admin', () => {
  it.each([
    ['PATCH', { role: 'user' }],
    ['PATCH', { isActive: false }],
    ['DELETE', undefined],
  ])('stays: %s %j', async (method, body) => {
    const answer = await call(method, `/users/${admin.id}`, body ? { body } : {});
    expect(answer.status).toBe(409);
    expect((await call('GET', `/users/${admin.id}`)).body).toMatchObject({ role: 'admin', isActive: true });
  });

  it('is not the last but one when the other may not sign in', async () => {
    const other = await accountOf(platform, 'admin', 'asleep');
    await call('PATCH', `/users/${other.id}`, { body: { isActive: false } });
    expect((await call('PATCH', `/users/${admin.id}`, { body: { role: 'user' } })).status).toBe(409);
  });

  it('is still there when two admins demote each other at once', async () => {
    const other = await accountOf(platform, 'admin', 'other');
    await Promise.all([
      call('PATCH', `/users/${other.id}`, { body: { role: 'user' } }),
      call('PATCH', `/users/${admin.id}`, { body: { role: 'user' }, token: other.token }),
    ]);
    const { data } = await platform.stores.users.list({ limit: 10, caller: 'test' });
    expect(data.filter(({ role, isActive }) => role === 'admin' && isActive).length).toBeGreaterThan(0);
  });
});

describe('a user who is deactivated', () => {
  it('leaves nothing that starts by itself', async () => {
    const owner = await accountOf(platform, 'user', 'owner');
    const { workflows, webhooks } = platform.stores;
    const made = await workflows.createWithVersion(
      { name: 'Orders', createdBy: owner.id },
      definitionSchema.parse({ nodes: [{ id: 'hook', name: 'Hook', type: 'trigger.webhook' }] }),
    );
    const published = await workflows.publish({
      workflowId: made.id,
      version: 1,
      ...noTriggers,
      webhooks: [aHook()],
    });
    expect((await call('PATCH', `/users/${owner.id}`, { body: { isActive: false } })).status).toBe(200);
    expect(await workflows.get(made.id)).toMatchObject({ isActive: false, publishedVersion: null });
    const route = await webhooks.route('POST', published.webhooks[0]?.hookId ?? '');
    expect(route?.isActive).not.toBe(true);
  });
});

describe('a user who keeps secrets', () => {
  const keep = async (ownerId: string) => {
    const { vault, stores } = platform;
    const [id, variableId] = [newId('cred'), newId('var')];
    const owned = { id, createdBy: ownerId };
    const data = await sealCredential(vault, owned, { token: 'canary' });
    await stores.credentials.create(
      { name: 'API', type: 'bearer', allowedHosts: ['a.example'], createdBy: ownerId, data },
      id,
    );
    const value = await sealVariable(vault, { id: variableId, createdBy: ownerId }, 'canary');
    await stores.variables.create(
      {
        name: 'key',
        type: 'string',
        scope: 'global',
        workflowId: null,
        isSecret: true,
        createdBy: ownerId,
        value,
      },
      variableId,
    );
    return { id, variableId };
  };

  it('leaves them to the successor, who can use them', async () => {
    const [owner, heir] = [
      await accountOf(platform, 'user', 'owner'),
      await accountOf(platform, 'user', 'heir'),
    ];
    const { id } = await keep(owner.id);
    const removed = await call('DELETE', `/users/${owner.id}`, { query: `successorId=${heir.id}` });
    expect(removed.status).toBe(204);
    const resolved = await credentialsOf(platform, heir.id).resolve(id);
    expect(resolved.data).toEqual({ token: 'canary' });
    const { secretVars } = await variablesOf(
      { stores: platform.stores, ownerId: heir.id, workflowId: null },
      platform.vault,
    );
    expect(secretVars).toEqual({ key: 'canary' });
  });

  it('takes them along when there is nobody to leave them to', async () => {
    const owner = await accountOf(platform, 'user', 'owner');
    const { id, variableId } = await keep(owner.id);
    expect((await call('DELETE', `/users/${owner.id}`)).status).toBe(204);
    expect(await platform.stores.credentials.get(id)).toBeNull();
    expect(await platform.stores.variables.get(variableId)).toBeNull();
  });
});

describe('a user who owns workflows', () => {
  it('is deleted only with a successor, who gets them', async () => {
    const owner = await accountOf(platform, 'user', 'owner');
    const workflow = await platform.stores.workflows.createWithVersion(
      { name: 'Orders', description: null, createdBy: owner.id, isPublic: false, tags: [] },
      definitionSchema.parse({ nodes: [{ id: 'hook', name: 'Hook', type: 'trigger.webhook' }] }),
    );
    const published = await platform.stores.workflows.publish({
      workflowId: workflow.id,
      version: 1,
      ...noTriggers,
      webhooks: [aHook()],
    });
    const hookId = published.webhooks[0]?.hookId ?? '';
    const refused = await call('DELETE', `/users/${owner.id}`);
    expect(refused.status).toBe(409);
    expect(refused.body.errors[0].message).toContain('Orders');
    const self = await call('DELETE', `/users/${owner.id}`, { query: `successorId=${owner.id}` });
    expect(self.status).toBe(400);
    const removed = await call('DELETE', `/users/${owner.id}`, { query: `successorId=${admin.id}` });
    expect(removed.status).toBe(204);
    expect((await platform.stores.workflows.get(workflow.id))?.createdBy).toBe(admin.id);
    expect(await platform.stores.webhooks.route('POST', hookId)).toMatchObject({
      ownerId: admin.id,
      version: 1,
    });
  });
});
