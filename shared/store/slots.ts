import { DeleteCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreConnection } from './connection.ts';
import { send, sendIf } from './failures.ts';

/** A place that one execution holds. `at`: since when, in milliseconds since 1970. */
export interface Slot {
  readonly number: number;
  readonly holder: string;
  readonly at: number;
}

/** One that waits for a place, in the order of `since` (ISO-8601). */
export interface Queued {
  readonly executionId: string;
  readonly since: string;
}

const partition = (name: string) => `slot#${name}`;
const slotKey = (name: string, number: number) => ({
  pk: partition(name),
  sk: `s#${String(number).padStart(4, '0')}`,
});
const queueKey = (name: string, { since, executionId }: Queued) => ({
  pk: partition(name),
  sk: `q#${since}#${executionId}`,
});

/** A limited number of places under a name, and the queue for them. Every change is one conditional write. */
export const makeSlotStore = ({ document, table: TableName, clock }: StoreConnection) => {
  const query = async (name: string, from: string, to: string, Limit?: number) => {
    const found: Record<string, unknown>[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await send(() =>
        document.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
            ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
            ExpressionAttributeValues: { ':pk': partition(name), ':from': from, ':to': to },
            ConsistentRead: true,
            Limit,
            ExclusiveStartKey,
          }),
        ),
      );
      found.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey && Limit === undefined);
    return found;
  };

  return {
    holders: async (name: string): Promise<readonly Slot[]> =>
      (await query(name, 's#', 's$')).map(({ sk, of, at }) => ({
        number: Number(String(sk).slice(2)),
        holder: String(of),
        at: Number(at),
      })),
    head: async (name: string): Promise<Queued | null> => {
      const [first] = await query(name, 'q#', 'q$', 1);
      return first ? { executionId: String(first.of), since: String(first.since) } : null;
    },
    /** False when somebody else was first. */
    take: (name: string, number: number, holder: string): Promise<boolean> =>
      sendIf(() =>
        document.send(
          new PutCommand({
            TableName,
            Item: { ...slotKey(name, number), of: holder, at: clock.now() },
            ConditionExpression: 'attribute_not_exists(#pk)',
            ExpressionAttributeNames: { '#pk': 'pk' },
          }),
        ),
      ),
    /** Gives a place to the next one, without its being free in between. False when it is not the holder's any more. */
    hand: (name: string, { number, holder }: Slot, to: string): Promise<boolean> =>
      sendIf(() =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: slotKey(name, number),
            UpdateExpression: 'SET #of = :to, #at = :now',
            ConditionExpression: '#of = :holder',
            ExpressionAttributeNames: { '#of': 'of', '#at': 'at' },
            ExpressionAttributeValues: { ':to': to, ':holder': holder, ':now': clock.now() },
          }),
        ),
      ),
    free: (name: string, { number, holder }: Slot): Promise<boolean> =>
      sendIf(() =>
        document.send(
          new DeleteCommand({
            TableName,
            Key: slotKey(name, number),
            ConditionExpression: '#of = :holder',
            ExpressionAttributeNames: { '#of': 'of' },
            ExpressionAttributeValues: { ':holder': holder },
          }),
        ),
      ),
    enqueue: async (name: string, queued: Queued): Promise<void> => {
      const { executionId: of, since } = queued;
      await send(() =>
        document.send(new PutCommand({ TableName, Item: { ...queueKey(name, queued), of, since } })),
      );
    },
    leaveQueue: async (name: string, queued: Queued): Promise<void> => {
      await send(() => document.send(new DeleteCommand({ TableName, Key: queueKey(name, queued) })));
    },
  };
};
