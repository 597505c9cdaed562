import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeOperationsStore } from '../../shared/store/operations.ts';
import { createTable } from '../../shared/store/table.ts';
import { type TestStores, testStores } from './test-database.ts';

let world: TestStores;
beforeAll(async () => {
  world = await testStores();
});
afterAll(() => world.stop());

const KEY = { pk: 'settings', sk: 'operations' };

it('a table that was restored under another name is held, with its quotas, until somebody resumes', async () => {
  const { connection } = world;
  const original = makeOperationsStore(connection);
  expect((await original.read()).hold).toBeNull();
  await original.setQuotas({ schedules: 7 });
  expect((await original.read()).hold).toBeNull();

  const table = `${connection.table}-restored`;
  await createTable(connection.client, table);
  const { Item } = await connection.document.send(new GetCommand({ TableName: connection.table, Key: KEY }));
  await connection.document.send(new PutCommand({ TableName: table, Item }));
  const restored = makeOperationsStore({ ...connection, table });

  expect(await restored.read()).toMatchObject({
    hold: { reason: expect.stringContaining(connection.table), since: expect.any(String) },
    quotas: { schedules: 7 },
  });
  await restored.resume();
  expect((await restored.read()).hold).toBeNull();
});

it('counts what an owner starts in a minute and brings in a day', async () => {
  const { operations } = world.stores;

  expect(await operations.count('usr_1', { starts: 2, bytes: 10 })).toEqual({ starts: 2, bytes: 10 });
  expect(await operations.count('usr_1', { starts: 1, bytes: 5 })).toEqual({ starts: 3, bytes: 15 });
  expect(await operations.count('usr_2', { starts: 1, bytes: 1 })).toEqual({ starts: 1, bytes: 1 });
});

it('keeps how many were open, and forgets what is no more', async () => {
  const { operations } = world.stores;
  await operations.setOpen(new Map([['usr_1', 3]]));
  expect([await operations.openOf('usr_1'), await operations.openOf('usr_2')]).toEqual([3, 0]);
  await operations.setOpen(new Map());
  expect(await operations.openOf('usr_1')).toBe(0);
});
