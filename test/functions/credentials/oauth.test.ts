import { beforeEach, describe, expect, it } from 'vitest';
import { userHandlers } from '../../../functions/users/handlers.ts';
import { credentialsOf } from '../../../shared/credentials/resolve.ts';
import { aClient } from '../../http/client.ts';
import { aCredentialBench } from './credential-bench.ts';
import { oauthProvider } from './oauth-provider.ts';

let provider: Awaited<ReturnType<typeof oauthProvider>>;
let bench: Awaited<ReturnType<typeof aCredentialBench>>;
let call: (typeof bench)['credentials']['owner'];
/** How far the clock is ahead. */
let ahead = 0;
beforeEach(async () => {
  ahead = 0;
  provider = await oauthProvider();
  bench = await aCredentialBench(provider.host);
  call = bench.credentials.owner;
});

const settings = () => ({
  tokenUrl: `${provider.origin}/token`,
  clientId: 'client',
  clientSecret: 's3cret-of-client',
  scope: 'read write',
  testUrl: `${provider.origin}/api`,
});
const create = async (type: string, data: object = {}) => {
  const answer = await call('POST', '/credentials', { name: 'API', type, data: { ...settings(), ...data } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const authorizationCode = () =>
  create('oauth2AuthorizationCode', {
    authorizationUrl: `${provider.origin}/authorize?tenant=a`,
    extra: 'prompt=consent&state=mine',
  });
const resolve = (id: string) => {
  const { platform } = bench;
  const clock = { ...platform.clock, now: () => platform.clock.now() + ahead };
  return credentialsOf({ ...platform, clock }, bench.people.owner.id).resolve(id);
};
const start = async (id: string) => {
  const answer = await call('POST', `/credentials/${id}/oauth/start`);
  expect(answer.status).toBe(200);
  return answer.body.authorizationUrl as string;
};
const comeBack = (url: string, who: object = { token: bench.people.owner.token }) => {
  const { pathname, search } = new URL(url);
  return bench.send({ path: pathname, query: search.slice(1), ...who });
};
const connect = async (id: string) => {
  const answer = await comeBack(provider.grant(await start(id)));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
};

describe('client credentials', () => {
  it('get a token when one is needed, once, and another before it runs out', async () => {
    const { id } = await create('oauth2ClientCredentials');
    const first = await resolve(id);
    expect(first).toMatchObject({
      data: { accessToken: provider.state.accessToken },
      allowedHosts: [provider.host],
    });
    expect(await resolve(id)).toEqual(first);
    ahead = (3_600 - 301) * 1_000;
    expect(await resolve(id)).toEqual(first);
    ahead = (3_600 - 299) * 1_000;
    expect((await resolve(id)).data.accessToken).not.toBe(first.data.accessToken);
    expect(provider.state.asked).toEqual(['client_credentials', 'client_credentials']);
  });

  it('send id and secret in the body where the server wants that', async () => {
    const { id } = await create('oauth2ClientCredentials', { clientAuthentication: 'body' });
    expect((await resolve(id)).data.accessToken).toBe(provider.state.accessToken);
  });

  it('of twenty at once ask once', async () => {
    provider.state.pauseMilliseconds = 50;
    const { id } = await create('oauth2ClientCredentials');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => resolve(id)));
    expect(new Set(tokens.map(({ data }) => data.accessToken)).size).toBe(1);
    expect(provider.state.asked).toHaveLength(1);
  });

  it('are asked for anew when the settings change', async () => {
    const { id } = await create('oauth2ClientCredentials');
    const first = await resolve(id);
    await call('PATCH', `/credentials/${id}`, { data: { scope: 'read' } });
    expect((await resolve(id)).data.accessToken).not.toBe(first.data.accessToken);
  });

  it.each([
    [
      'a refusal',
      { status: 401, body: '{"error":"invalid_client","error_description":"s3cret-of-client is wrong"}' },
      'invalid_client',
    ],
    ['an error that is 200', { status: 200, body: '{"error":"bad_verification_code"}' }, 'error'],
    ['no JSON', { status: 200, body: 's3cret-of-client' }, 'error'],
    ['no token', { status: 200, body: '{"access_token":""}' }, 'error'],
    ['another kind of token', { status: 200, body: '{"access_token":"x","token_type":"mac"}' }, 'error'],
    ['a made-up reason', { status: 400, body: '{"error":"s3cret-of-client"}' }, 'error'],
    ['a redirect', { status: 302, body: '' }, 'error'],
  ])(
    'that meet %s say so without the secret, and leave the server in peace for a minute',
    async (_, answer, reason) => {
      const { id } = await create('oauth2ClientCredentials');
      provider.state.answer = answer;
      const error = await resolve(id).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({
        code: 'credential.unusable',
        message: expect.stringContaining(`(${reason})`),
      });
      expect(JSON.stringify({ ...error })).not.toContain('s3cret');
      await resolve(id).catch(() => undefined);
      expect(provider.state.asked).toHaveLength(1);
      const detail = await call('GET', `/credentials/${id}`);
      expect(detail.body.connection).toEqual({ status: 'failed', validUntil: null, problem: reason });
      provider.state.answer = null;
      ahead = 61_000;
      expect((await resolve(id)).data.accessToken).toBe(provider.state.accessToken);
    },
  );

  it('that cannot be renewed are used until they run out', async () => {
    const { id } = await create('oauth2ClientCredentials');
    const first = await resolve(id);
    provider.state.answer = { status: 503, body: '' };
    ahead = 3_500_000;
    expect(await resolve(id)).toEqual(first);
    ahead = 3_596_000;
    await expect(resolve(id)).rejects.toMatchObject({ code: 'credential.unusable' });
  });

  it('are tested by getting a token and using it', async () => {
    const { id } = await create('oauth2ClientCredentials');
    expect((await call('POST', `/credentials/${id}/test`)).body).toMatchObject({ ok: true, status: 200 });
    const wrong = await create('oauth2ClientCredentials', { clientSecret: 'wrong' });
    expect((await call('POST', `/credentials/${wrong.id}/test`)).body).toMatchObject({
      ok: false,
      status: null,
    });
  });
});

describe('an authorization', () => {
  it('sends the browser away with PKCE and a state, and comes back with tokens', async () => {
    const { id, connection } = await authorizationCode();
    expect(connection).toEqual({ status: 'notConnected', validUntil: null, problem: null });
    await expect(resolve(id)).rejects.toMatchObject({ message: expect.stringContaining('not connected') });

    const asked = new URL(await start(id)).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      tenant: 'a',
      prompt: 'consent',
      response_type: 'code',
      client_id: 'client',
      scope: 'read write',
      redirect_uri: 'http://localhost:8080/api/v1/credentials/oauth/callback',
      code_challenge_method: 'S256',
    });
    expect(asked.get('state')).not.toBe('mine');
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);

    await connect(id);
    expect((await resolve(id)).data).toEqual({ accessToken: provider.state.accessToken });
    expect((await call('GET', `/credentials/${id}`)).body.connection).toMatchObject({ status: 'connected' });
  });

  it('is renewed before it runs out, by one of many, with the newest refresh token each time', async () => {
    const { id } = await authorizationCode();
    await connect(id);
    provider.state.pauseMilliseconds = 30;
    for (let round = 1; round <= 3; round += 1) {
      ahead = round * 3_400_000;
      const tokens = await Promise.all(Array.from({ length: 10 }, () => resolve(id)));
      expect(provider.state.asked).toHaveLength(1 + round);
      expect(tokens.map(({ data }) => data.accessToken)).toContain(provider.state.accessToken);
    }
    expect(provider.state.isRevoked).toBe(false);
  });

  it('that was revoked asks to be connected again, and can be', async () => {
    const { id } = await authorizationCode();
    await connect(id);
    provider.state.isRevoked = true;
    ahead = 3_601_000;
    await expect(resolve(id)).rejects.toMatchObject({
      message: expect.stringContaining('Connect the credential again'),
    });
    ahead = 9_000_000;
    await expect(resolve(id)).rejects.toMatchObject({ code: 'credential.unusable' });
    expect(provider.state.asked).toEqual(['authorization_code', 'refresh_token']);
    provider.state.isRevoked = false;
    ahead = 0;
    await connect(id);
    expect((await resolve(id)).data.accessToken).toBe(provider.state.accessToken);
  });

  it('ends in the browser that began it, by its cookie', async () => {
    const { id } = await authorizationCode();
    const began = await call('POST', `/credentials/${id}/oauth/start`);
    const [cookie = ''] = began.cookies;
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
    const back = provider.grant(began.body.authorizationUrl);
    expect((await comeBack(back, {})).status).toBe(401);
    expect((await comeBack(back, { cookies: ['stepwell-oauth=other'] })).status).toBe(401);
    expect((await comeBack(back, { cookies: [String(cookie.split(';')[0])] })).status).toBe(200);
  });

  it('is good once, for ten minutes, for its user', async () => {
    const { id } = await authorizationCode();
    const back = provider.grant(await start(id));
    expect((await comeBack(back, { token: bench.people.stranger.token })).body.code).toBe('oauth.state');
    expect((await comeBack(back, { token: bench.people.admin.token })).body.code).toBe('oauth.state');
    expect((await comeBack(back)).status).toBe(200);
    expect((await comeBack(back)).body.code).toBe('oauth.state');
    const unknown = back.replace(/state=[\w-]+/, 'state=x');
    expect((await comeBack(unknown)).body.code).toBe('oauth.state');
  });

  it('that was denied, has no code, or whose credential changed or is gone, connects nothing', async () => {
    const { id } = await authorizationCode();
    const backWith = async (change: (query: URLSearchParams) => void) => {
      const back = new URL(provider.grant(await start(id)));
      change(back.searchParams);
      return comeBack(back.href);
    };
    expect((await backWith((query) => query.set('error', 'access_denied'))).body.code).toBe('oauth.denied');
    expect((await backWith((query) => query.delete('code'))).body.code).toBe('oauth.state');
    expect((await backWith((query) => query.set('code', 'another'))).body.code).toBe('oauth.failed');
    const changed = provider.grant(await start(id));
    await call('PATCH', `/credentials/${id}`, { data: { clientId: 'other' } });
    expect((await comeBack(changed)).body.code).toBe('oauth.state');
    const gone = provider.grant(await start(id));
    await call('DELETE', `/credentials/${id}`);
    expect((await comeBack(gone)).body.code).toBe('oauth.state');
  });

  it('of a user who was deactivated connects nothing', async () => {
    const { id } = await authorizationCode();
    const began = await call('POST', `/credentials/${id}/oauth/start`);
    const users = aClient(userHandlers, bench.platform);
    await users({
      method: 'PATCH',
      path: `/api/v1/users/${bench.people.owner.id}`,
      token: bench.people.admin.token,
      body: { isActive: false },
    });
    const cookies = [String(began.cookies[0]).split(';')[0] ?? ''];
    const back = provider.grant(began.body.authorizationUrl);
    expect((await comeBack(back, { cookies })).body.code).toBe('oauth.state');
  });

  it('is not for other types', async () => {
    const { id } = await create('oauth2ClientCredentials');
    expect((await call('POST', `/credentials/${id}/oauth/start`)).status).toBe(409);
  });
});
