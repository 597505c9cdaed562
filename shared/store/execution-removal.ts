import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import type { StoreConnection } from './connection.ts';
import { type Attributes, readPartition, rowKey } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-row.ts';
import { send } from './failures.ts';
import { inClass, type Lifetime } from './lifetime.ts';

const BATCH_WRITES = 25;

/** Removes everything there is of an execution; the row last, so that a removal cut short can be repeated. */
export const removeExecution = async (connection: StoreConnection, id: string): Promise<void> => {
  const items = await readPartition(connection, id, keys.row, keys.lastSegment);
  const isRow = (item: Attributes) => item.sk?.S === keys.row;
  // A long one may have been short before.
  const classes: readonly Lifetime[] =
    items.find(isRow)?.lifetime?.S === 'short' ? ['short'] : ['short', 'long'];
  for (const each of classes) await inClass(connection.payloads, each).removePrefix(payloadPrefix(id));
  await removeItems(
    connection,
    items.filter((item) => !isRow(item)),
  );
  await removeItems(connection, [rowKey(id)]);
};

export const removeItems = async (
  connection: StoreConnection,
  items: readonly Attributes[],
): Promise<void> => {
  for (const batch of inBatches(items)) await removeBatch(connection, batch);
};

const removeBatch = async (
  { client, table: TableName }: StoreConnection,
  items: readonly Attributes[],
): Promise<void> => {
  let requests = items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } as Attributes } }));
  while (requests.length > 0) {
    const { UnprocessedItems } = await send(() =>
      client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } })),
    );
    requests = (UnprocessedItems?.[TableName] ?? []) as typeof requests;
  }
};

const inBatches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH_WRITES) }, (_, index) =>
    all.slice(index * BATCH_WRITES, (index + 1) * BATCH_WRITES),
  );
