import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeExpiredRows } from '../../infra/local/expired-rows.ts';
import { anExecution } from '../store/store-builders.ts';
import { type TestStores, testStores } from '../store/test-database.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
let world: TestStores;
let now = NOW;
beforeAll(async () => {
  world = await testStores({ clock: { now: () => now } });
});
afterAll(() => world.stop());

const put = (pk: string, expiresAt: number | null) =>
  world.connection.client.send(
    new PutItemCommand({
      TableName: world.connection.table,
      Item: {
        pk: { S: pk },
        sk: { S: 'a' },
        ...(expiresAt === null ? {} : { expiresAt: { N: String(expiresAt) } }),
      },
    }),
  );
const isThere = async (pk: string): Promise<boolean> => {
  const Key = { pk: { S: pk }, sk: { S: 'a' } };
  const { Item } = await world.connection.client.send(
    new GetItemCommand({ TableName: world.connection.table, Key }),
  );
  return Item !== undefined;
};

it('what has expired goes, page by page; what lives, what never ends and executions stay', async () => {
  const seconds = NOW / 1000;
  const expired = Array.from({ length: 450 }, (_, each) => `limit#${each}`);
  await Promise.all(expired.map((pk) => put(pk, seconds - 1)));
  await put('session#alive', seconds);
  await put('user#1', null);
  const { record } = await world.stores.executions.accept(anExecution());
  now = NOW + 5;

  expect(await removeExpiredRows(world.connection)).toBe(450);

  expect(await Promise.all(expired.slice(0, 5).map(isThere))).toEqual(Array(5).fill(false));
  expect(await isThere('session#alive')).toBe(true);
  expect(await isThere('user#1')).toBe(true);
  now = NOW + 1000 * 86_400_000;
  expect(await removeExpiredRows(world.connection)).toBe(1);
  expect(await isThere(`exec#${record.id}`)).toBe(true);
});
