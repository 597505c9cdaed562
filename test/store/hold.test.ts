import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeHold } from '../../shared/store/hold.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';
import { type TestStores, testStores } from './test-database.ts';

let database: TestStores;
beforeAll(async () => {
  database = await testStores();
});
afterAll(() => database.stop());

/** A table whose deployment remembers another name: what a restore makes of it. */
const aTable = async (remembered?: string) => {
  const connection = { ...database.connection, table: `test-${randomUUID()}` };
  await createTable(connection.client, connection.table);
  const prepare = (table: string) =>
    makeStores({
      ...connection,
      document: withTable(connection.document, connection.table),
      table,
    }).settings.prepareDeployment({
      cursorKey: Buffer.from('key'),
      setupTokenHash: 'hash',
    });
  if (remembered !== undefined) await prepare(remembered);
  return { connection, hold: makeHold(connection) };
};

/** Sends everything to one table, whatever name it is given. */
const withTable = (document: TestStores['connection']['document'], table: string) =>
  Object.assign(Object.create(document), {
    send: (command: { input: { TableName?: string } }) => {
      command.input.TableName = table;
      return document.send(command as never);
    },
  });

describe('a table', () => {
  it('that its deployment knows by its name is free', async () => {
    const { connection } = await aTable();
    await makeStores(connection).settings.prepareDeployment({
      cursorKey: Buffer.from('key'),
      setupTokenHash: 'hash',
    });

    expect(await makeHold(connection).isHeld()).toBe(false);
  });

  it('of no deployment is free', async () => {
    expect(await (await aTable()).hold.isHeld()).toBe(false);
  });

  it('that was restored is held, until it is released', async () => {
    const { connection, hold } = await aTable('the-table-before');
    expect(await hold.isHeld()).toBe(true);

    await hold.releaseTable();

    expect(await hold.isHeld()).toBe(false);
    expect(await makeHold(connection).isHeld()).toBe(false);
  });

  it('stays held when the application is deployed anew', async () => {
    const { connection, hold } = await aTable('the-table-before');

    await makeStores(connection).settings.prepareDeployment({
      cursorKey: Buffer.from('other'),
      setupTokenHash: 'new',
    });

    expect(await hold.isHeld()).toBe(true);
    expect(await makeStores(connection).settings.deployment()).toMatchObject({ setupTokenHash: 'new' });
  });

  it('lets single executions go', async () => {
    const { hold } = await aTable('the-table-before');

    await hold.releaseExecution('exec_1');

    expect(await hold.isReleased('exec_1')).toBe(true);
    expect(await hold.isReleased('exec_2')).toBe(false);
    expect(await hold.isHeld()).toBe(true);
  });
});
