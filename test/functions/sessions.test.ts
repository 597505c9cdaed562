import { beforeEach, describe, expect, it } from 'vitest';
import { authHandlers } from '../../functions/auth/handlers.ts';
import { meHandlers } from '../../functions/me/handlers.ts';
import { userHandlers } from '../../functions/users/handlers.ts';
import { hashSecret, newSecret } from '../../shared/auth/secret.ts';
import type { Platform } from '../../shared/platform.ts';
import { aClient } from '../http/client.ts';
import { type Account, accountOf, PASSWORD, testPlatform } from '../http/test-platform.ts';

let call: ReturnType<typeof aClient>;
let platform: Platform;
let admin: Account;
let user: Account;

beforeEach(async () => {
  platform = await testPlatform();
  call = aClient([...authHandlers, ...meHandlers, ...userHandlers], platform);
  admin = await accountOf(platform, 'admin');
  user = await accountOf(platform, 'user');
});

const logIn = (body: object, sourceIp?: string) =>
  call({ method: 'POST', path: '/api/v1/auth/login', body, ...(sourceIp ? { sourceIp } : {}) });
const refresh = (refreshToken: string) =>
  call({ method: 'POST', path: '/api/v1/auth/refresh', body: { refreshToken } });
const me = (token: string) => call({ path: '/api/v1/me', token });

describe('signing in', () => {
  it.each(['username', 'email'] as const)('works by %s, in any case of letters', async (by) => {
    const answer = await logIn({ [by]: user[by].toUpperCase(), password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user: { id: user.id } });
    expect(JSON.stringify(answer.body)).not.toMatch(/argon2|securityStamp/);
    const own = await me(answer.body.accessToken);
    expect(own.body.id).toBe(user.id);
    expect(own.body.lastLogin).not.toBeNull();
  });

  it('answers the same for an unknown name and a wrong password', async () => {
    const wrong = await logIn({ username: user.username, password: 'not the password' });
    const unknown = await logIn({ username: 'nobody', password: 'not the password' });
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  it('holds its limit under guesses made at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        logIn({ username: user.username, password: `guess ${n}` }, `192.0.2.${n}`),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it('counts the guesses for an account under all spellings of its name', async () => {
    const spellings = ['user', 'USER', 'ｕser', 'uｓer', 'usｅr'];
    const guess = (n: number) =>
      logIn({ username: spellings[n % spellings.length], password: `guess ${n}` }, `192.0.2.${n}`);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => guess(n)));

    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
  });

  it('counts the guesses from all addresses of one IPv6 network together', async () => {
    const guess = (n: number) =>
      logIn({ username: `nobody-${n}`, password: 'guess' }, `2001:db8:1:2::${n.toString(16)}`);
    const answers = await Promise.all(Array.from({ length: 110 }, (_, n) => guess(n)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(100);

    const elsewhere = await logIn({ username: 'nobody', password: 'guess' }, '2001:db8:1:3::1');
    expect(elsewhere.status).toBe(401);
  });

  it('counts guesses, not those who know the password', async () => {
    const signIn = async (password: string) => (await logIn({ username: user.username, password })).status;
    const guesses = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, n) => signIn(`guess ${n}`)));

    expect(new Set(await guesses(19))).toEqual(new Set([401]));
    for (let n = 0; n < 3; n++) expect(await signIn(PASSWORD)).toBe(200);
    expect(await signIn('guess')).toBe(401);
    expect(await signIn(PASSWORD)).toBe(429);
  });
});

describe('refreshing', () => {
  it('gives a new pair for each refresh token, once', async () => {
    const next = await refresh(user.refreshToken);
    expect(next.status).toBe(200);
    expect(next.body.refreshToken).not.toBe(user.refreshToken);
    expect((await me(next.body.accessToken)).status).toBe(200);
    expect((await refresh(next.body.refreshToken)).status).toBe(200);
  });

  it('ends the whole session when a token is used twice', async () => {
    const next = await refresh(user.refreshToken);
    expect((await refresh(user.refreshToken)).status).toBe(401);
    expect((await refresh(next.body.refreshToken)).status).toBe(401);
    expect((await me(next.body.accessToken)).status).toBe(401);
  });

  it('refuses a token of a session that has ended, should one have been left', async () => {
    const claims = JSON.parse(Buffer.from(user.token.split('.')[1] ?? '', 'base64url').toString());
    await call({ method: 'POST', path: '/api/v1/auth/logout', token: user.token });
    const left = newSecret('swr_');
    await platform.stores.sessions.create({
      userId: user.id,
      familyId: claims.sid,
      tokenHash: hashSecret(left),
      startedAt: '2026-01-01T00:00:00.000Z',
      agent: '',
      address: '',
      expiresAt: '2999-01-01T00:00:00.000Z',
    });

    expect((await refresh(left)).body.code).toBe('auth.expired');
    expect(await platform.stores.sessions.list(user.id)).toEqual([]);
  });

  it.each(['x', `swr_${'A'.repeat(43)}`])('refuses what is no token of ours: %s', async (token) => {
    expect((await refresh(token)).status).toBe(401);
  });
});

describe('the sessions of a user', () => {
  const sessions = async (token: string) =>
    (await call({ path: '/api/v1/auth/sessions', token })).body.data as {
      id: string;
      isCurrent: boolean;
      agent: string;
      address: string;
    }[];
  const signIn = (agent: string) =>
    call({
      method: 'POST',
      path: '/api/v1/auth/login',
      body: { username: user.username, password: PASSWORD },
      headers: { 'user-agent': agent },
      sourceIp: '198.51.100.7',
    });
  const end = (id: string, token: string) =>
    call({ method: 'DELETE', path: `/api/v1/auth/sessions/${id}`, token });

  it('are listed once each, however often they were refreshed', async () => {
    const laptop = await signIn('laptop');
    const again = await refresh(laptop.body.refreshToken);
    const list = await sessions(again.body.accessToken);
    expect(list.map(({ agent }) => agent)).toEqual(['laptop', 'test']);
    expect(list.map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
    expect(list[0]).toMatchObject({ address: '198.51.100.7' });
    expect(JSON.stringify(list)).not.toContain('tokenHash');
  });

  it('end one by one, each with its access tokens, at once', async () => {
    const [laptop, phone] = [await signIn('laptop'), await signIn('phone')];
    const list = await sessions(user.token);
    const id = list.find(({ agent }) => agent === 'laptop')?.id ?? '';
    expect((await end(id, user.token)).status).toBe(204);
    expect((await me(laptop.body.accessToken)).body.code).toBe('auth.expired');
    expect((await refresh(laptop.body.refreshToken)).status).toBe(401);
    expect((await me(phone.body.accessToken)).status).toBe(200);
    expect((await me(user.token)).status).toBe(200);
    expect((await end(id, user.token)).status).toBe(404);
    expect((await sessions(user.token)).map(({ agent }) => agent)).toEqual(['phone', 'test']);
  });

  it('that end at the same time all end', async () => {
    const others = await Promise.all(Array.from({ length: 8 }, (_, index) => signIn(`device ${index}`)));
    const list = await sessions(user.token);
    await Promise.all(list.filter(({ isCurrent }) => !isCurrent).map(({ id }) => end(id, user.token)));
    for (const { body } of others) expect((await me(body.accessToken)).status).toBe(401);
    expect((await me(user.token)).status).toBe(200);
  });

  it('of others are not there', async () => {
    const [own] = await sessions(user.token);
    expect((await end(own?.id ?? '', admin.token)).status).toBe(404);
    expect((await me(user.token)).status).toBe(200);
  });
});

describe('a session ends', () => {
  it('by signing out, with the access token that signed out', async () => {
    const answer = await call({ method: 'POST', path: '/api/v1/auth/logout', token: user.token });
    expect(answer.status).toBe(204);
    expect((await refresh(user.refreshToken)).status).toBe(401);
    expect((await me(user.token)).body.code).toBe('auth.expired');
  });

  it('everywhere at once by signing out everywhere', async () => {
    const other = await logIn({ username: user.username, password: PASSWORD });
    await call({
      method: 'POST',
      path: '/api/v1/auth/logout',
      token: user.token,
      body: { everywhere: true },
    });
    expect((await me(user.token)).body.code).toBe('auth.expired');
    expect((await me(other.body.accessToken)).status).toBe(401);
    expect((await refresh(other.body.refreshToken)).status).toBe(401);
  });

  it.each([
    ['role', { role: 'admin' }],
    ['activity', { isActive: false }],
    ['password', { password: 'set by an admin' }],
  ])('at once when an admin changes the %s', async (_, body) => {
    const changed = await call({
      method: 'PATCH',
      path: `/api/v1/users/${user.id}`,
      token: admin.token,
      body,
    });
    expect(changed.status).toBe(200);
    expect((await me(user.token)).status).toBe(401);
    expect((await refresh(user.refreshToken)).status).toBe(401);
  });

  it('at once when the user is deleted', async () => {
    const path = `/api/v1/users/${user.id}`;
    expect((await call({ method: 'DELETE', path, token: admin.token })).status).toBe(204);
    expect((await me(user.token)).status).toBe(401);
  });

  it('elsewhere when its owner changes the password, and goes on here', async () => {
    const other = await logIn({ username: user.username, password: PASSWORD });
    const body = { password: 'another password', currentPassword: PASSWORD };
    const changed = await call({ method: 'PATCH', path: '/api/v1/me', token: user.token, body });
    expect(changed.status).toBe(200);
    expect((await me(changed.body.accessToken)).status).toBe(200);
    expect((await me(other.body.accessToken)).status).toBe(401);
    expect((await refresh(other.body.refreshToken)).status).toBe(401);
    expect((await refresh(user.refreshToken)).status).toBe(200);
    expect((await logIn({ username: user.username, password: PASSWORD })).status).toBe(401);
  });
});

describe('PATCH /me', () => {
  const patch = (body: object) => call({ method: 'PATCH', path: '/api/v1/me', token: user.token, body });

  it('changes the profile, in any script', async () => {
    const answer = await patch({ firstName: '太郎', lastName: '👩‍🚀' });
    expect(answer.body).toMatchObject({ firstName: '太郎', lastName: '👩‍🚀' });
    expect(answer.headers.etag).toBe(`"${answer.body.revision}"`);
  });

  it('wants the current password for a new password or address, and the right one', async () => {
    expect((await patch({ password: 'another password' })).body.errors[0].pointer).toBe('/currentPassword');
    expect((await patch({ email: 'new@example.com' })).status).toBe(400);
    const wrong = await patch({ password: 'another password', currentPassword: 'wrong' });
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors[0].pointer).toBe('/currentPassword');
  });

  it.each([
    { role: 'admin' },
    { isActive: true },
    { id: 'usr_1' },
    { passwordHash: 'x' },
    { securityStamp: 'x' },
  ])('refuses %j', async (body) => {
    expect((await patch(body)).status).toBe(400);
  });
});
