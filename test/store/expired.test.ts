import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeExpired } from '../../shared/executions/remove-expired.ts';
import type { PayloadStore } from '../../shared/store/connection.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { anExecution, aUser } from './store-builders.ts';
import { type TestStores, testStores } from './test-database.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 15, 12);
let now = NOW;
let world: TestStores;
beforeAll(async () => {
  world = await testStores({ clock: { now: () => now } });
});
afterAll(() => world.stop());

it('what has expired is removed, and nothing else', async () => {
  const { stores } = world;
  const owner = await aUser(stores);
  const accept = async () => (await stores.executions.accept(anExecution({ ownerId: owner.id }))).record;
  const [over, living] = [await accept(), await accept()];
  await stores.executions.settle(over, { type: 'executionFinished', at: NOW, status: 'completed' });

  now = NOW + 29 * DAY;
  expect(await removeExpired({ stores })).toBe(0);
  now = NOW + 31 * DAY;
  expect(await removeExpired({ stores })).toBe(1);
  expect(await removeExpired({ stores })).toBe(0);

  expect(await stores.executions.get(living.id)).not.toBeNull();
  now = NOW;
});

it('the row of a long one stays until its payloads can be removed, and is seen by nobody', async () => {
  const { stores, connection } = world;
  const owner = await aUser(stores);
  const text = Array.from({ length: 60_000 }, (_, index) => (index * 104_729).toString(36)).join('');
  const { record } = await stores.executions.accept(
    anExecution({ ownerId: owner.id, lifetime: 'long', items: [{ json: { text } }] }),
  );
  const { removed, payloads } = watched(connection.payloads);
  await stores.executions.settle(record, { type: 'executionFinished', at: NOW, status: 'completed' });

  now = NOW + 30.5 * DAY;
  expect(await stores.executions.get(record.id)).toBeNull();
  const own = makeStores({ ...connection, payloads });
  await removeExpired({ stores: own });

  expect(removed).toContain(`long/${record.id}/`);
  now = NOW;
});

const watched = (payloads: PayloadStore) => {
  const removed: string[] = [];
  const removePrefix = async (prefix: string) => {
    removed.push(prefix);
    await payloads.removePrefix(prefix);
  };
  return { removed, payloads: { ...payloads, removePrefix } };
};
