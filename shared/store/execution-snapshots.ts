import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { NodeError } from '../../engine/errors.ts';
import type { Json } from '../../engine/item.ts';
import type { PayloadPort, Snapshot } from '../../engine/ports.ts';
import type { StoreConnection } from './connection.ts';
import type { Attributes } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { send } from './failures.ts';
import { expiryOf, inClass } from './lifetime.ts';
import { decodeJson, encodeJson } from './segment-codec.ts';

/** A state and the position in the journal it was taken at. */
export interface StoredSnapshot {
  readonly position: number;
  readonly state: Json;
}

/** Puts a snapshot in the place of the last one. A cache: whoever cannot read it folds the journal. */
export const putSnapshot = async (
  connection: StoreConnection,
  { id, lifetime, startedAt }: Pick<ExecutionRecord, 'id' | 'lifetime' | 'startedAt'>,
  position: number,
  { schema, state }: Snapshot,
): Promise<void> => {
  const { client, table: TableName } = connection;
  const key = `${payloadPrefix(id)}snapshot-${position}`;
  const payloads = inClass(connection.payloads, lifetime);
  const Item: Attributes = {
    pk: { S: keys.partition(id) },
    sk: { S: keys.snapshot },
    expiresAt: { N: String(expiryOf(connection, lifetime, Date.parse(startedAt))) },
    schema: { N: String(schema) },
    position: { N: String(position) },
    state: { M: await encodeJson(state, { ...connection, payloads, key }) },
  };
  await send(() => client.send(new PutItemCommand({ TableName, Item })));
};

/** Where a snapshot that can be read stands; null for one of another schema. */
export const snapshotPosition = (item: Attributes | undefined, schema: number): number | null =>
  item && Number(item.schema?.N) === schema ? Number(item.position?.N) : null;

/** Null when it is not there as it was. */
export const readSnapshot = async (
  item: Attributes,
  payloads: PayloadPort,
): Promise<StoredSnapshot | null> => {
  try {
    const state = (await decodeJson(item.state?.M ?? {}, payloads)) as Json;
    return { position: Number(item.position?.N), state };
  } catch (error) {
    if (error instanceof NodeError) return null;
    throw error;
  }
};
