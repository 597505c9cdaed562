import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import { makeJournalClient } from '../../infra/local/journal-client.ts';
import { moveJournals } from '../../infra/local/move-journals.ts';
import { openSegmentFile } from '../../infra/local/segment-file.ts';
import { newId } from '../../shared/ids.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { anExecution } from '../store/store-builders.ts';
import { type TestStores, testStores } from '../store/test-database.ts';

let world: TestStores;
beforeAll(async () => {
  world = await testStores({ isOneMachine: false });
});
afterAll(() => world.stop());

const aFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-move-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'journals.db');
};

/** An execution as an earlier version has left it: its journal in the table. */
const anEarlierOne = async (): Promise<string> => {
  const id = newId('exec');
  const seeded: readonly JournalEvent[] = [{ type: 'resumed', at: 1 } as unknown as JournalEvent];
  await world.stores.executions.accept(anExecution({ id }));
  await world.stores.executions.seed({ id, lifetime: 'long' }, seeded);
  return id;
};

const segmentsInTable = async (id: string): Promise<number | undefined> => {
  const { connection } = world;
  const command = new QueryCommand({
    TableName: connection.table,
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :segment)',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: { ':pk': { S: `exec#${id}` }, ':segment': { S: 'j#' } },
  });
  return (await connection.client.send(command)).Count;
};

const storesOn = (file: string) => {
  const { connection } = world;
  const client = makeJournalClient(connection.client, openSegmentFile(file));
  return makeStores({ ...connection, client: client as typeof connection.client });
};

describe('the journals of an earlier version', () => {
  it('move into a file of their own, whole', async () => {
    const [file, id] = [aFile(), await anEarlierOne()];
    const before = await world.stores.executions.load(id);
    expect(before?.events).toHaveLength(1);

    await moveJournals(world.connection, file);

    const { executions } = storesOn(file);
    expect(await executions.load(id)).toEqual(before);
    expect(await (await executions.openLog(id))?.from(0, 10)).toMatchObject([{ sequence: 0 }]);
    expect(await segmentsInTable(id)).toBe(0);
  });

  it('move on where a crash has cut that short, and lose nothing', async () => {
    const [file, first, second] = [aFile(), await anEarlierOne(), await anEarlierOne()];
    const before = [await world.stores.executions.load(first), await world.stores.executions.load(second)];
    const { client } = world.connection;
    const dying = {
      send: async (command: { readonly constructor: { readonly name: string } }) => {
        const answer = await client.send(command as never);
        if (command.constructor.name === 'BatchWriteItemCommand') throw new Error('killed');
        return answer;
      },
    };
    const cut = moveJournals({ ...world.connection, client: dying as never }, file);
    await expect(cut).rejects.toThrow('killed');
    expect(existsSync(file)).toBe(false);
    const third = await anEarlierOne();

    await moveJournals(world.connection, file);

    const { executions } = storesOn(file);
    expect([await executions.load(first), await executions.load(second)]).toEqual(before);
    expect((await executions.load(third))?.events).toHaveLength(1);
  });

  it('are looked for once: afterwards there is a file, though it holds nothing', async () => {
    const file = aFile();

    await moveJournals(world.connection, file);

    expect(existsSync(file)).toBe(true);
  });
});
