import { randomUUID } from 'node:crypto';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { JournalEvent } from '../../engine/interpreter/event.ts';
import type { StoreConnection } from './connection.ts';
import { type Attributes, readPartition, rowKey } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { removeItems } from './execution-removal.ts';
import { send } from './failures.ts';
import { inClass } from './lifetime.ts';
import { encodeJson } from './segment-codec.ts';

/** A journal without data that is larger than this keeps its end only. */
const MAX_BYTES = 300 * 1024;

/**
 * Puts a journal without data in the place of the one there is, and removes the rest of the execution but its row. In this
 * order what is cut short can be done again: a first segment that is whole makes all others void.
 */
export const forgetExecution = async (
  connection: StoreConnection,
  record: ExecutionRecord,
  events: readonly JournalEvent[],
): Promise<void> => {
  const { client, table: TableName, payloads } = connection;
  const { id } = record;
  const first: Attributes = {
    pk: { S: keys.partition(id) },
    sk: { S: keys.segment(0) },
    whole: { BOOL: true },
    writerId: { S: 'forgotten' },
    flushId: { S: randomUUID() },
    leaseUntil: { N: '0' },
    ...(await encodeWhole(connection, events)),
  };
  await send(() => client.send(new PutItemCommand({ TableName, Item: first })));
  await send(() =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: rowKey(id),
        UpdateExpression: 'SET #items = :none, #kept = :false REMOVE #journal',
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: {
          '#pk': 'pk',
          '#items': 'items',
          '#kept': 'isDataKept',
          '#journal': 'journal',
        },
        ExpressionAttributeValues: { ':none': { M: { t: { S: '[]' } } }, ':false': { BOOL: false } },
      }),
    ),
  );
  const all = await readPartition(connection, id, keys.definition, keys.lastSegment);
  await removeItems(
    connection,
    all.filter((item) => item.sk?.S !== keys.segment(0)),
  );
  await inClass(payloads, record.lifetime).removePrefix(payloadPrefix(id));
};

const encodeWhole = async (
  connection: StoreConnection,
  events: readonly JournalEvent[],
): Promise<Attributes> => {
  const encode = (kept: readonly JournalEvent[]) =>
    encodeJson(kept, { ...connection, key: '', spillBytes: Number.POSITIVE_INFINITY });
  const encoded = await encode(events);
  const size = encoded.z?.B?.length ?? Buffer.byteLength(encoded.t?.S ?? '');
  const kept = size <= MAX_BYTES ? events : events.slice(-1);
  return { count: { N: String(kept.length) }, events: { M: kept === events ? encoded : await encode(kept) } };
};
