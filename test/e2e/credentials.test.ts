import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loopback } from '../adapters/loopback.ts';
import { oauthProvider } from '../functions/credentials/oauth-provider.ts';
import { chain, manual } from '../functions/definitions.ts';
import { ADMIN, json, request, signIn } from './api-client.ts';
import { aDataFolder, anInstance } from './instance.ts';

const CANARY = 'canary-of-the-whole-machine-4711';
const SPELLINGS = [
  CANARY,
  Buffer.from(CANARY).toString('base64').slice(0, -4),
  Buffer.from(CANARY).toString('hex'),
];

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

it('uses credentials and secret variables in executions, and leaves no trace of them on the machine', {
  timeout: 60_000,
}, async () => {
  const seen: string[] = [];
  const api = await loopback((asked, response) => {
    seen.push(`${asked.headers.authorization ?? ''} ${asked.headers['x-variable'] ?? ''}`.trim());
    response.writeHead(asked.url === '/broken' ? 500 : 200, { 'x-echo': asked.headers.authorization ?? '' });
    response.end(JSON.stringify(asked.headers));
  });
  const provider = await oauthProvider();
  const folder = aDataFolder();
  const allowed = { STEPWELL_ALLOW_HOSTS: `${api.host},${provider.host}`, STEPWELL_LOG: 'all' };
  const instance = await anInstance(folder, allowed);
  const { call } = await signIn(instance);
  const keep = async (body: object): Promise<string> => {
    const made = await call('POST', '/credentials', body);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.id;
  };
  const bearer = await keep({
    name: 'Shop',
    type: 'bearer',
    data: { token: CANARY, testUrl: `${api.origin}/me` },
  });
  const oauth = await keep({
    name: 'Calendar',
    type: 'oauth2AuthorizationCode',
    data: {
      authorizationUrl: `${provider.origin}/authorize`,
      tokenUrl: `${provider.origin}/token`,
      clientId: 'client',
      clientSecret: 's3cret-of-client',
      testUrl: `${provider.origin}/api`,
    },
  });
  await call('POST', '/variables', { name: 'key', value: CANARY, isSecret: true });
  expect((await call('POST', `/credentials/${bearer}/test`)).body).toMatchObject({ ok: true, status: 200 });

  // As a browser would: away with the cookie, and back with it.
  const token = (
    await request(
      `${instance.apiUrl}/api/v1/auth/login`,
      json('POST', { username: ADMIN.username, password: ADMIN.password }),
    )
  ).body.accessToken;
  const began = await request(
    `${instance.apiUrl}/api/v1/credentials/${oauth}/oauth/start`,
    json('POST', undefined, token),
  );
  const cookie = String(began.headers.getSetCookie()[0]).split(';')[0] ?? '';
  const back = provider.grant(began.body.authorizationUrl);
  expect((await request(back)).status).toBe(401);
  const connected = await request(back, { headers: { cookie } });
  expect(connected.status).toBe(200);
  expect(connected.body).toContain('connected');

  const node = (id: string, credentialId: string, url: string, more: object = {}) => ({
    id,
    name: id,
    type: 'http.request',
    credentialId,
    onError: 'continue' as const,
    parameters: { url, fullResponse: true, ...more } as never,
  });
  const made = await call('POST', '/workflows', {
    name: 'Secrets',
    definition: chain(
      manual,
      node('good', bearer, `${api.origin}/good`),
      node('variable', bearer, `${api.origin}/good`, { headers: { 'x-variable': 'v {{ $vars.key }}' } }),
      node('broken', bearer, `${api.origin}/broken`),
      node('calendar', oauth, `${provider.origin}/api`),
      node('astray', bearer, `${provider.origin}/api`),
    ),
  });
  expect(made.body.problems).toEqual([]);
  expect((await call('POST', `/workflows/${made.body.id}/publish`, {})).status).toBe(200);
  const ran = await call('POST', `/workflows/${made.body.id}/run?wait=20`, {});
  expect(ran.body.status).toBe('completed');
  const logs = await call('GET', `/executions/${ran.body.id}/logs`);
  const outputs = JSON.stringify(logs.body);
  expect(outputs).toContain('[redacted]');
  expect(outputs).toContain('http.hostNotAllowed');
  expect(seen).toEqual([
    `Bearer ${CANARY}`,
    `Bearer ${CANARY}`,
    `Bearer ${CANARY} v ${CANARY}`,
    `Bearer ${CANARY}`,
  ]);
  expect(provider.state.asked).toEqual(['authorization_code']);

  await instance.stop();
  const secrets = [...SPELLINGS, provider.state.accessToken, provider.state.refreshToken, 's3cret-of-client'];
  for (const secret of secrets) {
    expect(outputs).not.toContain(secret);
    expect(instance.output()).not.toContain(secret);
    for (const path of filesBelow(folder))
      expect(readFileSync(path).includes(secret), `${secret} in ${path}`).toBe(false);
  }
  expect(statSync(join(folder, 'keys', 'credentials.key')).mode & 0o777).toBe(0o600);
});
