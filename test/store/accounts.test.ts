import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSessionStore } from '../../shared/store/sessions.ts';
import { aUser, HARD_TEXT } from './store-builders.ts';
import { type TestStores, testStores } from './test-database.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
let now = NOW;
let world: TestStores;
beforeAll(async () => {
  world = await testStores({ clock: { now: () => now } });
});
afterAll(() => world.stop());

const later = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe('users', () => {
  it('are found by name and address however these are spelt', async () => {
    const user = await aUser(world.stores, { username: 'Zoë', email: 'Zoe@Example.com' });

    expect(await world.stores.users.getByUsername('ZOË')).toEqual(user);
    expect(await world.stores.users.getByEmail('zoe@example.COM')).toEqual(user);
    expect(await world.stores.users.getByUsername('nobody')).toBeNull();
  });

  it('are changed by twenty at once, one after the other: nobody who names no revision is refused for it', async () => {
    const { id } = await aUser(world.stores);
    const changes = Array.from({ length: 20 }, (_, n) =>
      world.stores.users.update(id, { firstName: `${n}` }),
    );
    await Promise.all(changes);
    expect(await world.stores.users.get(id)).toMatchObject({ revision: 21 });
  });

  it.each([5_000, 501])(
    'are not found by a text of %i characters, which no key could hold',
    async (length) => {
      const text = '€'.repeat(length);

      expect(await world.stores.users.get(text)).toBeNull();
      expect(await world.stores.users.getByUsername(text)).toBeNull();
    },
  );

  it('share neither name nor address: of ten at once, one is made', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        aUser(world.stores, { username: 'race', email: `race-${index}@example.com` }),
      ),
    );

    const refused = made.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(9);
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'resource.duplicate', errors: [{ pointer: '/username' }] });
  });

  it('give a name free when they change it or go', async () => {
    const user = await aUser(world.stores, { username: 'first-name' });

    await world.stores.users.update(user.id, { username: 'second-name' });
    await aUser(world.stores, { username: 'first-name' });
    await world.stores.users.remove(user.id);
    await aUser(world.stores, { username: 'second-name' });

    expect(await world.stores.users.get(user.id)).toBeNull();
  });

  it('keep any text and lose it again when it is set to null', async () => {
    const user = await aUser(world.stores, { firstName: HARD_TEXT, lastName: HARD_TEXT });
    expect(await world.stores.users.get(user.id)).toEqual(user);

    const changed = await world.stores.users.update(user.id, { firstName: null });

    expect(changed).toMatchObject({ firstName: null, lastName: HARD_TEXT, revision: 2 });
    expect(await world.stores.users.get(user.id)).toEqual(changed);
  });

  it('are changed by one of two who read the same revision', async () => {
    const user = await aUser(world.stores);

    const changes = await Promise.allSettled([
      world.stores.users.update(user.id, { firstName: 'a' }, user.revision),
      world.stores.users.update(user.id, { firstName: 'b' }, user.revision),
    ]);

    const refused = changes.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: 'resource.changed' });
  });
});

describe('sessions', () => {
  const open = async (tokenHash: string, userId: string, familyId: string) =>
    world.stores.sessions.create({
      userId,
      familyId,
      tokenHash,
      startedAt: later(0),
      agent: 'test',
      address: '192.0.2.1',
      expiresAt: later(3600),
    });

  const rotateTo = (tokenHash: string, next: string) =>
    world.stores.sessions.rotate(tokenHash, { tokenHash: next, expiresAt: later(3600) });

  it('exchange a token once; when it comes again the whole family ends', async () => {
    await open('t1', 'usr_a', 'ses_a');

    await world.stores.sessions.rotate('t1', { tokenHash: 't2', expiresAt: later(3600) });
    await expect(
      world.stores.sessions.rotate('t1', { tokenHash: 't3', expiresAt: later(3600) }),
    ).rejects.toMatchObject({ code: 'auth.expired' });

    await expect(
      world.stores.sessions.rotate('t2', { tokenHash: 't4', expiresAt: later(3600) }),
    ).rejects.toMatchObject({ code: 'auth.expired' });
  });

  it('let one of two exchanges at once through', async () => {
    await open('p1', 'usr_p', 'ses_p');

    const both = await Promise.allSettled(
      ['p2', 'p3'].map((tokenHash) =>
        world.stores.sessions.rotate('p1', { tokenHash, expiresAt: later(3600) }),
      ),
    );

    expect(both.filter((each) => each.status === 'fulfilled').length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['as somebody ends them', 'usr_r', () => world.stores.sessions.revokeFamily('usr_r', 'ses_r')],
    ['as the token comes a second time', 'usr_s', () => rotateTo('usr_s-1', 'usr_s-3')],
  ])('that end while a token is exchanged leave no token, %s', async (_how, user, end) => {
    await open(`${user}-1`, user, 'ses_r');
    const { document } = world.connection;
    let ended = false;
    // The token is marked as used, and the next one is about to be written.
    const between = {
      ...world.connection,
      document: new Proxy(document, {
        get: (target, name) =>
          name !== 'send'
            ? Reflect.get(target, name)
            : async (command: { readonly constructor: { readonly name: string } }) => {
                const writes = /^(Put|TransactWrite)Command$/.test(command.constructor.name);
                if (writes && !ended) {
                  ended = true;
                  await end().catch(() => undefined);
                }
                return target.send(command as never);
              },
      }),
    };
    const next = { tokenHash: `${user}-2`, expiresAt: later(3600) };

    await expect(makeSessionStore(between).rotate(`${user}-1`, next)).rejects.toMatchObject({
      code: 'auth.expired',
    });
    await expect(rotateTo(`${user}-2`, `${user}-4`)).rejects.toMatchObject({ code: 'auth.expired' });
  });

  it('end by family, or all of a user but one', async () => {
    await open('a1', 'usr_b', 'ses_1');
    await open('a2', 'usr_b', 'ses_2');
    await open('a3', 'usr_b', 'ses_3');

    await world.stores.sessions.revokeFamily('usr_b', 'ses_1');
    await world.stores.sessions.revokeAllOf('usr_b', { except: 'ses_3' });

    const next = { tokenHash: 'n', expiresAt: later(3600) };
    await expect(world.stores.sessions.rotate('a1', next)).rejects.toMatchObject({ code: 'auth.expired' });
    await expect(world.stores.sessions.rotate('a2', next)).rejects.toMatchObject({ code: 'auth.expired' });
    expect(await world.stores.sessions.rotate('a3', next)).toMatchObject({ familyId: 'ses_3' });
  });

  it('run out', async () => {
    await open('old', 'usr_c', 'ses_c');
    now = NOW + 3_600_001;

    await expect(
      world.stores.sessions.rotate('old', { tokenHash: 'x', expiresAt: later(9999) }),
    ).rejects.toMatchObject({ code: 'auth.expired' });
    now = NOW;
  });
});

describe('API keys', () => {
  it('are found by their hash, listed by their user, and need one', async () => {
    const user = await aUser(world.stores);
    const input = {
      userId: user.id,
      name: HARD_TEXT,
      keyHash: 'h1',
      prefix: 'sw_abc',
      scopes: ['workflow:read' as const],
      expiresAt: later(60),
    };

    const key = await world.stores.apiKeys.create(input);

    expect(await world.stores.apiKeys.getByHash('h1')).toEqual(key);
    expect((await world.stores.apiKeys.list({ userId: user.id, limit: 5, caller: user.id })).data).toEqual([
      key,
    ]);
    await expect(
      world.stores.apiKeys.create({ ...input, keyHash: 'h2', userId: 'usr_nobody' }),
    ).rejects.toMatchObject({
      code: 'request.invalid',
      errors: [{ pointer: '/userId' }],
    });
  });
});

describe('an idempotency key', () => {
  it('is new once, then running, then answers what was answered', async () => {
    const { idempotency } = world.stores;
    const answer = { status: 201, headers: { etag: '"1"' }, body: HARD_TEXT };

    expect(await idempotency.claim('usr_a', 'k', 'hash')).toMatchObject({ state: 'new' });
    expect(await idempotency.claim('usr_a', 'k', 'hash')).toEqual({
      state: 'running',
      retryAfterSeconds: 60,
    });
    await idempotency.complete('usr_a', 'k', answer);

    expect(await idempotency.claim('usr_a', 'k', 'hash')).toEqual({ state: 'done', ...answer });
    expect(await idempotency.claim('usr_b', 'k', 'hash')).toMatchObject({ state: 'new' });
    await expect(idempotency.claim('usr_a', 'k', 'other')).rejects.toMatchObject({
      code: 'idempotency.mismatch',
    });
  });

  it('is free again when the request came to nothing, and a day later', async () => {
    const { idempotency } = world.stores;
    const first = await idempotency.claim('usr_a', 'free', 'hash');
    await idempotency.release('usr_a', 'free');
    // Nobody knows how far it came: the same request goes on under the same id, another one does not.
    expect(await idempotency.claim('usr_a', 'free', 'hash')).toEqual(first);
    await idempotency.release('usr_a', 'free');
    const other = await idempotency.claim('usr_a', 'free', 'other');
    expect(other).toMatchObject({ state: 'new' });
    expect(other).not.toEqual(first);

    now = NOW + 86_402_000;
    expect(await idempotency.claim('usr_a', 'free', 'hash')).toMatchObject({ state: 'new' });
    now = NOW;
  });

  it('is new under the same id a minute after its request was lost, for one repeat at once', async () => {
    const { idempotency } = world.stores;
    const first = await idempotency.claim('usr_a', 'lost', 'hash');

    now = NOW + 59_000;
    expect(await idempotency.claim('usr_a', 'lost', 'hash')).toEqual({
      state: 'running',
      retryAfterSeconds: 1,
    });
    now = NOW + 60_000;
    await expect(idempotency.claim('usr_a', 'lost', 'other')).rejects.toMatchObject({
      code: 'idempotency.mismatch',
    });
    const repeats = await Promise.all(
      Array.from({ length: 5 }, () => idempotency.claim('usr_a', 'lost', 'hash')),
    );

    expect(repeats.filter(({ state }) => state === 'new')).toEqual([first]);
    now = NOW;
  });

  it('stays taken when the answer was too large to keep', async () => {
    const { idempotency } = world.stores;
    await idempotency.claim('usr_a', 'large', 'hash');
    await idempotency.complete('usr_a', 'large', { status: 201, headers: {}, body: 'x'.repeat(300_001) });

    now = NOW + 3_600_000;
    expect(await idempotency.claim('usr_a', 'large', 'hash')).toMatchObject({ state: 'running' });
    now = NOW;
  });
});

describe('limits and set-up', () => {
  it('count attempts made at once', async () => {
    const hits = await Promise.all(
      Array.from({ length: 12 }, () =>
        world.stores.rateLimits.hit('login:x', { limit: 5, windowSeconds: 60 }),
      ),
    );

    expect(hits.filter(({ allowed }) => allowed)).toHaveLength(5);
    expect(hits[0]?.retryAfter).toBe(60);
    now = NOW + 60_000;
    expect((await world.stores.rateLimits.hit('login:x', { limit: 5, windowSeconds: 60 })).allowed).toBe(
      true,
    );
    now = NOW;
  });

  it('let one of many claim the set-up', async () => {
    const { settings } = world.stores;
    expect(await settings.isSetUp()).toBe(false);

    const claims = await Promise.all(Array.from({ length: 5 }, () => settings.claimSetup()));

    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await settings.isSetUp()).toBe(true);
    await settings.releaseSetup();
    expect(await settings.claimSetup()).toBe(true);
  });
});
