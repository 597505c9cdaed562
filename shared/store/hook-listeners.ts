import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../engine/item.ts';
import type { StoreConnection } from './connection.ts';
import { send, sendIf } from './failures.ts';
import type { WebhookRecord } from './webhook-row.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** An address that takes one call for a trigger that need not be published. */
export interface HookListener {
  /** The hook id of its address. */
  readonly id: string;
  readonly workflowId: string;
  readonly version: number;
  readonly nodeId: string;
  readonly path: string;
  readonly methods: readonly WebhookRecord['method'][];
  /** Pages that may call it, as the trigger says. */
  readonly allowedOrigins: readonly string[];
  /** Whether the call runs the version, as a test; else it is only kept. */
  readonly runs: boolean;
  /** ISO-8601 */
  readonly expiresAt: string;
  /** What the call brought; null while it has not come. */
  readonly items: readonly Item[] | null;
  readonly executionId: string | null;
}

/** An item of the table holds 400 KB, and a call brings up to 4 MiB. */
const PART_BYTES = 300 * 1024;

const partitionOf = (id: string) => `hook-listener#${id}`;
const keyOf = (id: string) => ({ pk: partitionOf(id), sk: 'a' });
const partKey = (id: string, call: string, number: number) => ({
  pk: partitionOf(id),
  sk: `call#${call}#${String(number).padStart(3, '0')}`,
});

export const makeHookListenerStore = ({ document, table: TableName, clock }: StoreConnection) => {
  /** They go when the listener does, those of a call that came second too. */
  const putParts = async (id: string, call: string, bytes: Uint8Array, expiresAt: number): Promise<void> => {
    for (let number = 0; number * PART_BYTES < bytes.length; number += 1) {
      const part = bytes.subarray(number * PART_BYTES, (number + 1) * PART_BYTES);
      const Item = { ...partKey(id, call, number), part, expiresAt };
      await send(() => document.send(new PutCommand({ TableName, Item })));
    }
  };

  const readParts = async (id: string, call: string): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await send(() =>
        document.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :call)',
            ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
            ExpressionAttributeValues: { ':pk': partitionOf(id), ':call': `call#${call}#` },
            Limit: 100,
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        ),
      );
      for (const { part } of page.Items ?? []) parts.push(part);
      from = page.LastEvaluatedKey;
    } while (from);
    return Buffer.concat(parts);
  };

  return {
    put: async (listener: HookListener): Promise<void> => {
      const expiresAt = Math.ceil(Date.parse(listener.expiresAt) / 1_000);
      const Item = { ...keyOf(listener.id), listener: JSON.stringify(listener), expiresAt };
      await send(() => document.send(new PutCommand({ TableName, Item })));
    },
    get: async (id: string): Promise<HookListener | null> => {
      const { Item } = await send(() =>
        document.send(new GetCommand({ TableName, Key: keyOf(id), ConsistentRead: true })),
      );
      if (!Item || Number(Item.expiresAt) * 1_000 <= clock.now()) return null;
      const listener: HookListener = JSON.parse(String(Item.listener));
      if (Item.call === undefined) return listener;
      const text = await decompress(await readParts(id, String(Item.call)));
      return { ...listener, ...JSON.parse(text.toString()) };
    },
    /** True for the one call that it takes. */
    take: async (
      { id, expiresAt }: Pick<HookListener, 'id' | 'expiresAt'>,
      brought: Pick<HookListener, 'items' | 'executionId'>,
    ): Promise<boolean> => {
      const call = randomBytes(9).toString('base64url');
      const bytes = await compress(JSON.stringify(brought));
      await putParts(id, call, bytes, Math.ceil(Date.parse(expiresAt) / 1_000));
      return sendIf(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(id),
            UpdateExpression: 'SET #call = :call',
            ConditionExpression: 'attribute_exists(#pk) AND attribute_not_exists(#call)',
            ExpressionAttributeNames: { '#pk': 'pk', '#call': 'call' },
            ExpressionAttributeValues: { ':call': call },
          }),
        ),
      );
    },
  };
};
