import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from '../../infra/local/dynoxide.ts';
import { payloadFolder } from '../../infra/local/payload-folder.ts';
import { connect, type StoreConnection } from '../../shared/store/connection.ts';
import { makeStores, type Stores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';

export interface TestStores {
  readonly stores: Stores;
  readonly connection: StoreConnection;
  readonly clock: { now(): number };
  stop(): Promise<void>;
}

/** Stores on a database and a payload folder of their own, or on a table of their own where DYNAMODB_ENDPOINT runs. */
export const testStores = async (
  options: Partial<
    Pick<StoreConnection, 'clock' | 'spillBytes' | 'retentionDays' | 'areTransactionsCheap'>
  > = {},
): Promise<TestStores> => {
  const folder = await mkdtemp(join(tmpdir(), 'stepwell-test-'));
  const database = await startDatabase({
    file: join(folder, 'database.sqlite'),
    log: () => {},
    endpoint: process.env.DYNAMODB_ENDPOINT,
  });
  const clock = options.clock ?? { now: () => Date.now() };
  const connection = connect({
    endpoint: database.endpoint,
    table: `test-${randomUUID()}`,
    cursorKey: randomBytes(32),
    payloads: payloadFolder(join(folder, 'payloads')),
    spillBytes: 200 * 1024,
    ...options,
    clock,
  });
  await createTable(connection.client, connection.table);
  return {
    stores: makeStores(connection),
    connection,
    clock,
    stop: async () => {
      connection.client.destroy();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
