import { randomBytes } from 'node:crypto';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../engine/item.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';

/** A call to a webhook that started nothing. Those that did are executions, and are not kept a second time. */
export interface DeliveryRecord {
  /** Begins with its time, so that ids are in order of time. */
  readonly id: string;
  readonly webhookId: string;
  readonly receivedAt: string;
  readonly outcome: 'filtered' | 'refused' | 'failed';
  readonly reason: string;
  /** What it brought, where it may be started from later; null for what was not trusted, or is too large. */
  readonly items: readonly Item[] | null;
}

const KEPT_DAYS = 7;
/** Larger ones are kept without what they brought: an item of the table holds 400 KB. */
const MAX_ITEM_CHARACTERS = 100_000;

const keyOf = (webhookId: string, sk: string) => ({ pk: `deliveries#${webhookId}`, sk });

const PREFIX = 'dlv_';
/** Comes before every id of that moment (milliseconds). */
const idsFrom = (moment: number): string => `${PREFIX}${String(moment).padStart(15, '0')}`;

export const makeDeliveryStore = ({ document, table: TableName, clock }: StoreConnection) => {
  const decode = ({ delivery }: Record<string, unknown>): DeliveryRecord => JSON.parse(String(delivery));
  const isAlive = (item: Record<string, unknown>) => Number(item.expiresAt) * 1_000 > clock.now();
  return {
    add: async (given: Omit<DeliveryRecord, 'id' | 'receivedAt'>): Promise<void> => {
      const isLarge = JSON.stringify(given.items).length > MAX_ITEM_CHARACTERS;
      const now = clock.now();
      const id = `${idsFrom(now)}_${randomBytes(9).toString('base64url')}`;
      const receivedAt = new Date(now).toISOString();
      const delivery: DeliveryRecord = { ...given, items: isLarge ? null : given.items, id, receivedAt };
      const Item = {
        ...keyOf(given.webhookId, id),
        delivery: JSON.stringify(delivery),
        expiresAt: Math.ceil(now / 1_000) + KEPT_DAYS * 86_400,
      };
      await send(() => document.send(new PutCommand({ TableName, Item })));
    },
    get: async (webhookId: string, id: string): Promise<DeliveryRecord | null> => {
      const Key = keyOf(webhookId, id);
      const { Item } = await send(() => document.send(new GetCommand({ TableName, Key })));
      return Item && isAlive(Item) ? decode(Item) : null;
    },
    /** Newest first, those behind a place in the order of moments and ids. Those of executions are later than ours. */
    list: async (
      webhookId: string,
      { at, id }: { readonly at: string; readonly id: string },
      limit: number,
    ): Promise<DeliveryRecord[]> => {
      const before = id.startsWith(PREFIX) ? id : idsFrom(Date.parse(at) + (id === '' ? 0 : 1));
      const { Items = [] } = await send(() =>
        document.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#pk = :pk AND #sk < :before',
            ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
            ExpressionAttributeValues: { ':pk': keyOf(webhookId, '').pk, ':before': before },
            ScanIndexForward: false,
            Limit: limit,
          }),
        ),
      );
      return Items.filter(isAlive).map(decode);
    },
  };
};
