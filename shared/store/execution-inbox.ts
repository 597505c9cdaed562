import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { InboxItem, PayloadPort } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { type Attributes, absent, readPartition } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import { isConditionFailure, send } from './failures.ts';
import { portInClass } from './lifetime.ts';
import { decodeJson, encodeJson } from './segment-codec.ts';

const DAY_SECONDS = 86_400;

/** What came to executions from outside. */
export const makeInbox = (connection: StoreConnection) => {
  const { client, table: TableName, clock, retentionDays } = connection;

  const payloads = placeOf(connection.payloads);

  const readInbox = async (id: string): Promise<readonly InboxItem[]> =>
    decodeInbox(await readPartition(connection, id, 'in#', 'in$'), connection.payloads);

  /** The first of its kind and wait id is kept; a second is a conflict. */
  const putInbox = async (id: string, item: InboxItem): Promise<void> => {
    const key = `${payloadPrefix(id)}in-${randomUUID()}`;
    const Item: Attributes = {
      pk: { S: keys.partition(id) },
      sk: { S: keys.inbox(item.kind, item.waitId) },
      item: { M: await encodeJson(item, { ...connection, payloads, key }) },
      expiresAt: { N: String(Math.ceil(clock.now() / 1000) + (365 + retentionDays) * DAY_SECONDS) },
    };
    try {
      await send(() => client.send(new PutItemCommand({ TableName, Item, ...absent })));
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      throw new AppError('resource.conflict', 'This was answered before; the first answer stands.', {
        cause: error,
      });
    }
  };

  return { readInbox, putInbox };
};

/** Only executions that may wait are asked something, and those are long ones. */
const placeOf = (payloads: PayloadPort): PayloadPort => portInClass(payloads, 'long');

/** What lies in items of the inbox. Throws NodeError `payload.missing` or `payload.corrupt`. */
export const decodeInbox = (
  items: readonly Attributes[],
  payloads: PayloadPort,
): Promise<readonly InboxItem[]> => {
  const place = placeOf(payloads);
  return Promise.all(items.map(async (item) => (await decodeJson(encodedIn(item), place)) as InboxItem));
};

/** An earlier release wrote the text itself. */
const encodedIn = ({ item }: Attributes): Attributes => item?.M ?? (item ? { t: item } : {});
