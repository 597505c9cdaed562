import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { StoreConnection } from './connection.ts';
import { keys } from './execution-row.ts';
import { send } from './failures.ts';

export type Attributes = Record<string, AttributeValue>;

export const QUERY_LIMIT = 500;

/** Items of one execution from sort key `from` to `to`, in order, as of now. */
export const readPartition = async (
  { client, table: TableName }: Pick<StoreConnection, 'client' | 'table'>,
  executionId: string,
  from: string,
  to: string,
  /** What is not wanted of the rest, seen from the first page: the key behind which it goes on. */
  skipTo: (page: readonly Attributes[]) => string | null = () => null,
): Promise<Attributes[]> => {
  const found: Attributes[] = [];
  let ExclusiveStartKey: Attributes | undefined;
  do {
    const page = await send(() =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
          ExpressionAttributeValues: {
            ':pk': { S: keys.partition(executionId) },
            ':from': { S: from },
            ':to': { S: to },
          },
          ConsistentRead: true,
          Limit: QUERY_LIMIT,
          ExclusiveStartKey,
        }),
      ),
    );
    found.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
    const later = ExclusiveStartKey && found.length === page.Items?.length ? skipTo(found) : null;
    if (ExclusiveStartKey && later !== null && later > (ExclusiveStartKey.sk?.S ?? '')) {
      ExclusiveStartKey = { ...ExclusiveStartKey, sk: { S: later } };
    }
  } while (ExclusiveStartKey);
  return found;
};

/** The last segment of a journal; undefined when there is none. */
export const newestSegment = async (
  { client, table: TableName }: Pick<StoreConnection, 'client' | 'table'>,
  executionId: string,
): Promise<Attributes | undefined> => {
  const { Items } = await send(() =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: {
          ':pk': { S: keys.partition(executionId) },
          ':from': { S: keys.segment(0) },
          ':to': { S: keys.lastSegment },
        },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 1,
      }),
    ),
  );
  return Items?.[0];
};

export const rowKey = (id: string): Attributes => ({ pk: { S: keys.partition(id) }, sk: { S: keys.row } });

/** `goneAt`, where there is one, comes before the database drops the item: its payloads have to be removed first. */
export const isGone = (item: Attributes, now: number): boolean =>
  Number(item.goneAt?.N ?? item.expiresAt?.N ?? Infinity) * 1000 <= now;
