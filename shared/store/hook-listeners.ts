import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../engine/item.ts';
import type { StoreConnection } from './connection.ts';
import { isConditionFailure, send } from './failures.ts';

/** An address that takes one call for a trigger that need not be published. */
export interface HookListener {
  /** The hook id of its address. */
  readonly id: string;
  readonly workflowId: string;
  readonly version: number;
  readonly nodeId: string;
  readonly path: string;
  readonly methods: readonly string[];
  /** Whether the call runs the version, as a test; else it is only kept. */
  readonly runs: boolean;
  /** ISO-8601 */
  readonly expiresAt: string;
  /** What the call brought; null while it has not come. */
  readonly items: readonly Item[] | null;
  readonly executionId: string | null;
}

const keyOf = (id: string) => ({ pk: `hook-listener#${id}`, sk: 'a' });

export const makeHookListenerStore = ({ document, table: TableName, clock }: StoreConnection) => ({
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
    return { ...JSON.parse(String(Item.listener)), ...JSON.parse(String(Item.call ?? '{}')) };
  },
  /** True for the one call that it takes. */
  take: async (id: string, call: Pick<HookListener, 'items' | 'executionId'>): Promise<boolean> => {
    try {
      await send(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(id),
            UpdateExpression: 'SET #call = :call',
            ConditionExpression: 'attribute_exists(#pk) AND attribute_not_exists(#call)',
            ExpressionAttributeNames: { '#pk': 'pk', '#call': 'call' },
            ExpressionAttributeValues: { ':call': JSON.stringify(call) },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  },
});
