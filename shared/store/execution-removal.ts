import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import type { StoreConnection } from './connection.ts';
import { type Attributes, readPartition, rowKey } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-row.ts';
import { send } from './failures.ts';

const BATCH_WRITES = 25;

/** Removes everything there is of an execution; the row last, so that a removal cut short can be repeated. */
export const removeExecution = async (connection: StoreConnection, id: string): Promise<void> => {
  const items = await readPartition(connection, id, keys.row, keys.segment(Number.MAX_SAFE_INTEGER));
  const children = items.filter((item) => item.sk?.S !== keys.row);
  await connection.payloads.removePrefix(payloadPrefix(id));
  for (const batch of [...inBatches(children), [rowKey(id)]]) await removeBatch(connection, batch);
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
