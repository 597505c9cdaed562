import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { StoreConnection } from './connection.ts';
import { keys } from './execution-keys.ts';
import { send } from './failures.ts';

export type Attributes = Record<string, AttributeValue>;

export const QUERY_LIMIT = 500;

interface Window {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly isForward?: boolean;
  readonly start?: Attributes | undefined;
}

type Table = Pick<StoreConnection, 'client' | 'table'>;

/** One page of an execution's items between two sort keys, both included, as of now. */
export const queryItems = (
  { client, table: TableName }: Table,
  executionId: string,
  { from, to, limit, isForward = true, start }: Window,
) =>
  send(() =>
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
        ...(isForward ? {} : { ScanIndexForward: false }),
        Limit: limit,
        ExclusiveStartKey: start,
      }),
    ),
  );

/** Items of one execution from sort key `from` to `to`, in order, as of now. */
export const readPartition = async (
  table: Table,
  executionId: string,
  from: string,
  to: string,
  /** What is not wanted of the rest, seen from the first page: the key behind which it goes on. */
  skipTo: (page: readonly Attributes[]) => string | null = () => null,
): Promise<Attributes[]> => {
  const found: Attributes[] = [];
  let start: Attributes | undefined;
  do {
    const page = await queryItems(table, executionId, { from, to, limit: QUERY_LIMIT, start });
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
    const later = start && found.length === page.Items?.length ? skipTo(found) : null;
    if (start && later !== null && later > (start.sk?.S ?? '')) start = { ...start, sk: { S: later } };
  } while (start);
  return found;
};

/** The last segment of a journal; undefined when there is none. */
export const newestSegment = async (table: Table, executionId: string): Promise<Attributes | undefined> => {
  const window = { from: keys.segment(0), to: keys.lastSegment, limit: 1, isForward: false };
  return (await queryItems(table, executionId, window)).Items?.[0];
};

export const rowKey = (id: string): Attributes => ({ pk: { S: keys.partition(id) }, sk: { S: keys.row } });

/** The condition of a put that must find nothing. */
export const absent = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
};

/** `goneAt`, where there is one, comes before the database drops the item: its payloads have to be removed first. */
export const isGone = (item: Attributes, now: number): boolean =>
  Number(item.goneAt?.N ?? item.expiresAt?.N ?? Infinity) * 1000 <= now;
