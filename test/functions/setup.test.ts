import { beforeEach, describe, expect, it } from 'vitest';
import { setupHandlers } from '../../functions/setup/handlers.ts';
import { aClient } from '../http/client.ts';
import { SETUP_TOKEN, testPlatform } from '../http/test-platform.ts';

let call: ReturnType<typeof aClient>;

beforeEach(async () => {
  call = aClient(setupHandlers, await testPlatform());
});

const account = { username: 'first', email: 'first@example.com', password: 'long enough' };
const setUp = (body: object = {}) =>
  call({ method: 'POST', path: '/api/v1/setup', body: { token: SETUP_TOKEN, ...account, ...body } });

describe('setting up', () => {
  it('makes the first admin and then never again', async () => {
    expect((await call({ path: '/api/v1/setup' })).body).toEqual({ done: false });
    const first = await setUp();
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ username: 'first', role: 'admin', isActive: true });
    expect(first.body).not.toHaveProperty('passwordHash');
    expect((await call({ path: '/api/v1/setup' })).body).toEqual({ done: true });
    expect((await setUp({ username: 'second', email: 'second@example.com' })).body.code).toBe('setup.done');
  });

  it('makes one admin of many asked for at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => setUp({ username: `admin${n}`, email: `admin${n}@example.com` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  });

  it.each(['wrong', `${SETUP_TOKEN} `, `${SETUP_TOKEN}\0`])('refuses the token %j', async (token) => {
    const answer = await setUp({ token });
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('setup.token');
  });

  it('takes no role and no other field it does not know', async () => {
    for (const extra of [{ role: 'user' }, { id: 'usr_1' }, { isActive: false }]) {
      expect((await setUp(extra)).status).toBe(400);
    }
  });

  it('refuses guesses of the token after a while', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => setUp({ token: 'guess' })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(30);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
  });
});
