import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { InboxItem } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { type Attributes, absent, readPartition } from './execution-items.ts';
import { keys } from './execution-keys.ts';
import { isConditionFailure, send } from './failures.ts';

const DAY_SECONDS = 86_400;

/** What came to executions from outside. */
export const makeInbox = (connection: StoreConnection) => {
  const { client, table: TableName, clock, retentionDays } = connection;

  const readInbox = async (id: string): Promise<readonly InboxItem[]> =>
    (await readPartition(connection, id, 'in#', 'in$')).map(decodeInbox);

  /** The first of its kind and wait id is kept; a second is a conflict. */
  const putInbox = async (id: string, item: InboxItem): Promise<void> => {
    const Item: Attributes = {
      pk: { S: keys.partition(id) },
      sk: { S: keys.inbox(item.kind, item.waitId) },
      item: { S: JSON.stringify(item) },
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

export const decodeInbox = (item: Attributes): InboxItem => JSON.parse(item.item?.S ?? 'null') as InboxItem;
