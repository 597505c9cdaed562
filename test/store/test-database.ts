import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from '../../infra/local/dynoxide.ts';
import { makeJournalClient } from '../../infra/local/journal-client.ts';
import { payloadFolder } from '../../infra/local/payload-folder.ts';
import { openSegmentFile } from '../../infra/local/segment-file.ts';
import { connect, type StoreConnection } from '../../shared/store/connection.ts';
import { makeStores, type Stores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';

export interface TestStores {
  readonly stores: Stores;
  readonly connection: StoreConnection;
  readonly clock: { now(): number };
  stop(): Promise<void>;
}

type TestOptions = Partial<Pick<StoreConnection, 'clock' | 'spillBytes' | 'retentionDays'>> & {
  /** With the journals in a file of their own, as an instance on one machine has them. */
  readonly isOneMachine?: boolean;
};

/** Stores on a database and a payload folder of their own, or on a table of their own where DYNAMODB_ENDPOINT runs. */
export const testStores = async ({
  isOneMachine = process.env.STEPWELL_TEST_STORE === 'one machine',
  ...options
}: TestOptions = {}): Promise<TestStores> => {
  const folder = await mkdtemp(join(tmpdir(), 'stepwell-test-'));
  const database = await startDatabase({
    file: join(folder, 'database.sqlite'),
    log: () => {},
    endpoint: process.env.DYNAMODB_ENDPOINT,
  });
  const clock = options.clock ?? { now: () => Date.now() };
  const table = connect({
    endpoint: database.endpoint,
    table: `test-${randomUUID()}`,
    cursorKey: randomBytes(32),
    payloads: payloadFolder(join(folder, 'payloads')),
    spillBytes: 200 * 1024,
    ...options,
    clock,
  });
  await createTable(table.client, table.table);
  const file = join(folder, 'journals.db');
  const client = isOneMachine ? makeJournalClient(table.client, openSegmentFile(file)) : table.client;
  const connection = { ...table, client: client as typeof table.client };
  return {
    stores: makeStores(connection),
    connection,
    clock,
    stop: async () => {
      table.client.destroy();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
