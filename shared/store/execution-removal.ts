import { BatchWriteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { StoreConnection } from './connection.ts';
import { type Attributes, readPartition, rowKey } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import { inBatches, send } from './failures.ts';
import { inClass, type Lifetime } from './lifetime.ts';

const BATCH_WRITES = 25;

/**
 * Removes everything there is of an execution, the batches of its maps included; the row last, so that a removal cut short
 * can be repeated.
 */
export const removeExecution = async (connection: StoreConnection, id: string): Promise<void> => {
  const items = await readPartition(connection, id, keys.row, keys.lastSegment);
  for (const child of endedChildren(items)) {
    if (await isPart(connection, child)) await removeExecution(connection, child);
  }
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

/** By what they have told their parent. */
const endedChildren = (items: readonly Attributes[]): readonly string[] => {
  const prefix = keys.inbox('child', '');
  return items.flatMap(({ sk }) => (sk?.S?.startsWith(prefix) ? [sk.S.slice(prefix.length)] : []));
};

/** A workflow that was called stands by itself; a batch is a part of the execution that is removed. */
const isPart = async ({ client, table: TableName }: StoreConnection, id: string): Promise<boolean> => {
  const command = new GetItemCommand({
    TableName,
    Key: rowKey(id),
    ProjectionExpression: '#body',
    ExpressionAttributeNames: { '#body': 'body' },
  });
  const { Item } = await send(() => client.send(command));
  return Item?.body?.M !== undefined;
};

interface Table {
  readonly client: Pick<StoreConnection['client'], 'send'>;
  readonly table: string;
}

export const removeItems = (
  { client, table: TableName }: Table,
  items: readonly Attributes[],
): Promise<void> => {
  const requests = items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } as Attributes } }));
  return inBatches(requests, BATCH_WRITES, async (batch) => {
    const { UnprocessedItems } = await send(() =>
      client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [...batch] } })),
    );
    return (UnprocessedItems?.[TableName] ?? []) as typeof requests;
  });
};
