import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, startDatabase } from '../../infra/local/dynoxide.ts';
import { connect } from '../../shared/store/connection.ts';
import { createTable } from '../../shared/store/table.ts';
import { memoryPayloads } from '../engine/memory-payloads.ts';

let folder: string;
const running: Database[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepwell-database-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((database) => database.stop()));
  await rm(folder, { recursive: true, force: true });
});

const start = async () => {
  const database = await startDatabase({ file: join(folder, 'database.sqlite'), log: () => {} });
  running.push(database);
  return database;
};

const connectionTo = ({ endpoint }: Database) =>
  connect({
    endpoint,
    table: 'stepwell',
    cursorKey: new Uint8Array(32),
    clock: { now: () => 0 },
    payloads: { ...memoryPayloads(), removePrefix: async () => {}, copyPrefix: async () => {} },
  });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the embedded database', () => {
  it('comes back on the same port when it is killed, with what it had', async () => {
    const database = await start();
    const { client } = connectionTo(database);
    await createTable(client, 'stepwell');
    const pid = database.pid() ?? 0;

    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => database.pid() !== pid && isAlive(database.pid() ?? 0), { timeout: 5_000 })
      .toBe(true);

    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['stepwell']);
  });

  it('ends the one that a killed parent left behind, and takes over its file', async () => {
    const left = await start();
    const pid = left.pid() ?? 0;
    expect(await readFile(join(folder, 'database.sqlite.pid'), 'utf8')).toBe(`${pid} ${left.endpoint}`);

    const next = await startDatabase({ file: join(folder, 'database.sqlite'), log: () => {} });
    running.unshift(next);

    expect(next.endpoint).not.toBe(left.endpoint);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('stops for good when it is told to', async () => {
    const database = await start();
    const pid = database.pid() ?? 0;

    await database.stop();
    await delay(50);

    expect(isAlive(pid)).toBe(false);
    await expect(readFile(join(folder, 'database.sqlite.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is not started where another one is named', async () => {
    const database = await startDatabase({
      file: join(folder, 'x'),
      log: () => {},
      endpoint: 'http://127.0.0.1:1',
    });

    expect(database).toMatchObject({ endpoint: 'http://127.0.0.1:1' });
    expect(database.pid()).toBeNull();
  });
});
