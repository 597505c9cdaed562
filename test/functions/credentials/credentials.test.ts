import { beforeEach, describe, expect, it } from 'vitest';
import { credentialTypes } from '../../../engine/credentials/registry.ts';
import { loopback } from '../../adapters/loopback.ts';
import { chain, manual } from '../definitions.ts';
import { aCredentialBench } from './credential-bench.ts';

let bench: Awaited<ReturnType<typeof aCredentialBench>>;
let call: (typeof bench)['credentials']['owner'];
beforeEach(async () => {
  bench = await aCredentialBench();
  call = bench.credentials.owner;
});

const SECRET = 'canary-4711';
const basic = (overrides: object = {}) => ({
  name: 'Shop',
  type: 'basic',
  data: { username: 'zoë', password: SECRET, testUrl: 'https://api.example.com:8443/me' },
  ...overrides,
});
const create = async (body: object = basic()) => {
  const answer = await call('POST', '/credentials', body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

describe('a credential', () => {
  it('is told without its secrets, whoever asks for it and however', async () => {
    const made = await create();
    expect(made).toMatchObject({
      type: 'basic',
      data: { username: 'zoë', testUrl: 'https://api.example.com:8443/me' },
      secrets: ['password'],
      allowedHosts: ['api.example.com:8443'],
      createdBy: bench.people.owner.id,
      connection: null,
    });
    const answers = [
      await call('GET', `/credentials/${made.id}`),
      await call('GET', '/credentials'),
      await call('GET', '/credentials?type=basic'),
      await call('PATCH', `/credentials/${made.id}`, { name: 'Other' }),
      await bench.credentials.admin('GET', `/credentials/${made.id}`),
      await bench.credentials.admin('GET', `/credentials?ownerId=${bench.people.owner.id}`),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(JSON.stringify(body)).toContain(made.id);
      expect(JSON.stringify(body)).not.toContain(SECRET);
      expect(JSON.stringify(body)).not.toContain('"key"');
    }
  });

  it('is kept encrypted, for its owner', async () => {
    const { id } = await create();
    const row = await bench.platform.stores.credentials.get(id);
    expect(JSON.stringify(row)).not.toContain(SECRET);
    expect(JSON.stringify(row)).not.toContain('zoë');
    const context = { credentialId: id, ownerId: bench.people.owner.id };
    expect(await bench.platform.vault.open(row?.data ?? '', context)).toMatchObject({ password: SECRET });
  });

  it('keeps the fields that a change does not name, and loses those that are null', async () => {
    const { id } = await create();
    const changed = await call('PATCH', `/credentials/${id}`, {
      data: { username: 'max', testUrl: null },
      allowedHosts: ['B.example'],
    });
    expect(changed.body).toMatchObject({
      data: { username: 'max' },
      secrets: ['password'],
      allowedHosts: ['b.example'],
    });
    expect(changed.body.data).not.toHaveProperty('testUrl');
    const row = await bench.platform.stores.credentials.get(id);
    const context = { credentialId: id, ownerId: bench.people.owner.id };
    expect(await bench.platform.vault.open(row?.data ?? '', context)).toEqual({
      username: 'max',
      password: SECRET,
    });
  });

  it('may be sent to the hosts of its addresses, as long as nobody names others', async () => {
    const { id } = await create();
    const moved = await call('PATCH', `/credentials/${id}`, { data: { testUrl: 'https://b.example/' } });
    expect(moved.body.allowedHosts).toEqual(['b.example']);
    await call('PATCH', `/credentials/${id}`, { allowedHosts: ['*.c.example'] });
    const again = await call('PATCH', `/credentials/${id}`, { data: { testUrl: 'https://d.example/' } });
    expect(again.body.allowedHosts).toEqual(['*.c.example']);
    const none = await call('POST', '/credentials', { name: 'a', type: 'bearer', data: { token: 'x' } });
    expect(none.body.errors).toEqual([expect.objectContaining({ pointer: '/allowedHosts' })]);
  });

  it('changed in between is not overwritten', async () => {
    const made = await call('POST', '/credentials', basic());
    const path = `/credentials/${made.body.id}`;
    const etag = { 'if-match': String(made.headers.etag) };
    expect((await call('PATCH', path, { name: 'A' }, etag)).status).toBe(200);
    expect((await call('PATCH', path, { name: 'B' }, etag)).status).toBe(412);
    expect((await call('DELETE', path, undefined, etag)).status).toBe(412);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
  });

  it('of another user is not there; an admin sees it, deletes it, and uses it not', async () => {
    const { id } = await create();
    const path = `/credentials/${id}`;
    const { stranger, admin } = bench.credentials;
    const requests = [
      ['GET', path],
      ['PATCH', path, { name: 'mine' }],
      ['DELETE', path],
      ['POST', `${path}/test`, { url: 'https://api.example.com:8443/' }],
      ['GET', `${path}/usage`],
      ['POST', `${path}/oauth/start`],
    ] as const;
    for (const [method, where, body] of requests) {
      const foreign = await stranger(method, where, body);
      const missing = await stranger(
        method,
        where.replace(/cred_\w+/, 'cred_01h455vb4pex5vsknk084sn02q'),
        body,
      );
      expect(foreign.status).toBe(404);
      expect(foreign.body).toEqual({ ...missing.body });
    }
    expect((await stranger('GET', '/credentials')).body.data).toEqual([]);
    expect((await stranger('GET', `/credentials?ownerId=${bench.people.owner.id}`)).status).toBe(403);
    expect((await admin('PATCH', path, { allowedHosts: ['evil.example'] })).status).toBe(403);
    expect((await admin('POST', `${path}/test`, {})).status).toBe(403);
    expect((await admin('GET', `${path}/usage`)).status).toBe(200);
    expect((await admin('DELETE', path)).status).toBe(204);
  });

  it.each([
    ['/type', { type: 'password' }],
    ['/data/password', { data: { username: 'a' } }],
    ['/data/username', { data: { username: 'a:b', password: 'x' } }],
    ['/data/extra', { data: { username: 'a', password: 'x', extra: 'y' } }],
    ['/data/testUrl', { data: { username: 'a', password: 'x', testUrl: 'javascript:alert(1)' } }],
    ['/data/password', { data: { username: 'a', password: { toString: 'x' } } }],
    ['/allowedHosts/0', { allowedHosts: ['*'] }],
    ['/allowedHosts/1', { allowedHosts: ['a.example', 'https://b.example/'] }],
    ['/allowedHosts', { allowedHosts: [] }],
    ['/createdBy', { createdBy: 'usr_01h455vb4pex5vsknk084sn02q' }],
    ['/id', { id: 'cred_01h455vb4pex5vsknk084sn02q' }],
  ])('is refused with a pointer to %s', async (pointer, wrong) => {
    const answer = await call('POST', '/credentials', basic(wrong));
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  });
});

describe('the types', () => {
  it('are told with a schema that says what is secret', async () => {
    const { body } = await call('GET', '/credentials/types');
    expect(body.data.map(({ type }: { type: string }) => type)).toEqual([...credentialTypes.keys()]);
    const found = body.data.find(({ type }: { type: string }) => type === 'basic');
    expect(found).toMatchObject({
      authenticatesHttp: true,
      connects: false,
      schema: {
        properties: { password: { writeOnly: true, title: 'Password' }, username: { title: 'User name' } },
      },
    });
  });
});

describe('the usage of a credential', () => {
  it('names the agents whose tools use it', async () => {
    const { id } = await create();
    const tool = {
      kind: 'node',
      name: 'read',
      description: 'Reads.',
      type: 'http.request',
      credentialId: id,
    };
    const parameters = { model: 'aim_01jd0000000000000000000000', prompt: '{{ $json.a }}', tools: [tool] };
    const agent = { id: 'agent', name: 'Agent', type: 'ai.agent', parameters };
    await bench.owner('POST', '/workflows', { name: 'Asks', definition: chain(manual, agent) });
    const { body } = await bench.credentials.owner('GET', `/credentials/${id}/usage`);
    expect(body.data).toMatchObject([{ name: 'Asks', newest: ['agent'] }]);
  });

  it('names workflows and nodes, of the newest and of the published version', async () => {
    const { id } = await create();
    const call = (name: string, credentialId?: string) => ({
      id: name,
      name,
      type: 'http.request',
      parameters: { url: 'https://api.example.com:8443/' },
      ...(credentialId === undefined ? {} : { credentialId }),
    });
    const workflow = await bench.owner('POST', '/workflows', {
      name: 'Orders',
      definition: chain(manual, call('a', id), call('b')),
    });
    expect(workflow.body.problems).toEqual([]);
    await bench.owner('POST', `/workflows/${workflow.body.id}/publish`);
    await bench.owner('PUT', `/workflows/${workflow.body.id}`, {
      definition: chain(manual, call('a'), call('b', id)),
    });
    await bench.owner('POST', '/workflows', { name: 'Without', definition: chain(manual, call('a')) });

    const usage = await bench.credentials.owner('GET', `/credentials/${id}/usage`);
    expect(usage.body).toEqual({
      data: [
        { workflowId: workflow.body.id, name: 'Orders', isActive: true, newest: ['b'], published: ['a'] },
      ],
      nextCursor: null,
    });
  });
});

describe('a test of a credential', () => {
  it('calls its address with it, and says what came of it', async () => {
    const { origin, host } = await loopback((request, response) => {
      const isRight =
        request.headers.authorization === `Basic ${Buffer.from(`zoë:${SECRET}`).toString('base64')}`;
      response
        .writeHead(isRight ? (request.url === '/forbidden' ? 403 : 200) : 401)
        .end(request.headers.authorization);
    });
    bench = await aCredentialBench(host);
    call = bench.credentials.owner;
    const { id } = await create(
      basic({ data: { username: 'zoë', password: SECRET, testUrl: `${origin}/me` } }),
    );
    const path = `/credentials/${id}`;
    const test = async (body?: object) => (await call('POST', `${path}/test`, body)).body;
    expect(await test()).toMatchObject({ ok: true, status: 200 });
    expect(await test({ url: `${origin}/forbidden` })).toMatchObject({ ok: false, status: 403 });
    await call('PATCH', path, { data: { password: 'another' } });
    const refused = await test();
    expect(refused).toMatchObject({ ok: false, status: 401 });
    expect(await test({ url: 'https://evil.example/' })).toMatchObject({
      ok: false,
      status: null,
      message: expect.stringContaining('may be sent to'),
    });
  });

  it('wants an address', async () => {
    const { id } = await create({
      name: 'a',
      type: 'bearer',
      data: { token: 'x' },
      allowedHosts: ['a.example'],
    });
    const answer = await call('POST', `/credentials/${id}/test`);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/url' })]);
  });
});
