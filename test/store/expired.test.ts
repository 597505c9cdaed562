import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeExpired } from '../../shared/executions/remove-expired.ts';
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
});
