import { expect, it } from 'vitest';
import { NodeError } from '../../../engine/errors.ts';
import type { HttpRequest } from '../../../engine/ports.ts';
import { makeMail } from '../../../shared/adapters/egress-mail.ts';
import type { Platform } from '../../../shared/platform.ts';
import { mailServer } from '../../peers/mail-server.ts';
import { aCredentialBench } from './credential-bench.ts';

const aBench = async (services: Partial<Platform['services']>) => {
  const bench = await aCredentialBench();
  Object.assign(bench.platform, { services: { ...bench.platform.services, ...services } });
  const { owner } = bench.credentials;
  return {
    bench,
    test: async (type: string, data: object) => {
      const made = await owner('POST', '/credentials', { name: 'Server', type, data });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      return { id: made.body.id, ...(await owner('POST', `/credentials/${made.body.id}/test`)).body };
    },
  };
};

it('a credential of a mail server is tried by signing in and sending nothing', async () => {
  const server = await mailServer({
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'zoë' && password === 'right' ? done(null, { user: username }) : done(new Error('no')),
  });
  const { test } = await aBench({ mail: makeMail({ allowedHosts: [server.allowed] }) });
  const data = { host: server.host, port: server.port, security: 'off', username: 'zoë' };
  expect(await test('smtp', { ...data, password: 'right' })).toMatchObject({ ok: true, status: null });
  const wrong = await test('smtp', { ...data, password: 'wrong' });
  expect(wrong).toMatchObject({ ok: false, message: expect.stringContaining('refused the login') });
  expect(server.taken).toEqual([]);
});

it('a mail server on no public address is refused', async () => {
  const { test } = await aBench({ mail: makeMail() });
  expect(await test('smtp', { host: '10.0.0.1', port: 587 })).toMatchObject({
    ok: false,
    message: expect.stringContaining('not on the public internet'),
  });
});

it.each(['postgresql', 'mysql'])(
  'a credential of %s is tried with a query that changes nothing',
  async (type) => {
    const asked: unknown[] = [];
    const { test } = await aBench({
      sql: {
        run: async ({ statements, readOnly, credential }) => {
          asked.push({ statements, readOnly, password: credential.data.password });
          if (credential.data.password !== 'right')
            throw new NodeError('sql.failed', 'The login was refused.');
          return [];
        },
      },
    });
    const data = { host: 'db.example.com', database: 'shop', user: 'zoë' };
    expect(await test(type, { ...data, password: 'right' })).toMatchObject({ ok: true });
    expect(await test(type, { ...data, password: 'wrong' })).toMatchObject({
      ok: false,
      message: 'The login was refused.',
    });
    expect(asked[0]).toEqual({
      statements: [{ text: 'SELECT 1', parameters: [] }],
      readOnly: true,
      password: 'right',
    });
  },
);

it('an AWS credential is tried by asking who it is', async () => {
  const sent: HttpRequest[] = [];
  const { bench, test } = await aBench({
    aws: () => ({
      send: () => Promise.reject(new Error('not here')),
      presign: () => Promise.reject(new Error('not here')),
      sign: async ({ request, service, credential }) => ({
        ...request,
        headers: { ...request.headers, authorization: `${service} ${credential?.data.accessKeyId}` },
      }),
    }),
  });
  Object.assign(bench.platform, {
    http: {
      request: async (request: HttpRequest) => {
        sent.push(request);
        return {
          status: sent.length === 1 ? 200 : 403,
          headers: {},
          body: new Uint8Array(),
          url: request.url,
        };
      },
    },
  });
  const data = { region: 'eu-central-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  expect(await test('aws', data)).toMatchObject({ ok: true, status: 200 });
  expect(sent[0]).toMatchObject({
    url: 'https://sts.eu-central-1.amazonaws.com/',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: { authorization: 'sts AKIAIOSFODNN7EXAMPLE' },
  });
  expect(await test('aws', data)).toMatchObject({ ok: false, status: 403 });
});
