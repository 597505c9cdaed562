import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { StoreConnection } from './connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { type Attributes, isGone, QUERY_LIMIT } from './execution-items.ts';
import { keys, OPEN_SHARDS } from './execution-keys.ts';
import type { ExecutionRecord, ExecutionStatus } from './execution-record.ts';
import { decodeRow, ROW_PROJECTION } from './execution-row.ts';
import { inBatches, send } from './failures.ts';

export interface ExecutionFilters {
  readonly status?: ExecutionStatus | undefined;
  readonly startedAfter?: string | undefined;
  readonly startedBefore?: string | undefined;
  readonly triggerType?: ExecutionRecord['triggerType'] | undefined;
}

interface OpenQuery extends ListQuery {
  readonly ownerId?: string | undefined;
  readonly workflowId?: string | undefined;
}

interface ListQuery extends ExecutionFilters {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly caller: string;
}

interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

const BATCH_READS = 100;
/** Rows read for one page of a filtered list before it is cut short with a cursor. */
const MAX_ROWS_PER_PAGE = 1_000;

/** Sort keys of what was asked for. `$` follows `#`: after every id of that instant. `~` sorts behind every timestamp. */
const between = ({ startedAfter, startedBefore }: ExecutionFilters) => ({
  from: startedAfter === undefined ? '0' : `${startedAfter}$`,
  to: startedBefore ?? '~',
});

/** Executions by the indexes, which hold keys only: the rows are read for each page. */
export const makeExecutionLists = (connection: StoreConnection) => {
  const { client, table: TableName, clock } = connection;

  const list = async (
    index: { name: string; partition: string },
    name: string,
    { limit, cursor, caller, ...filters }: ListQuery,
  ): Promise<Page<ExecutionRecord>> => {
    const { from, to } = between(filters);
    // DynamoDB takes no interval that ends before it begins.
    if (from > to) return { data: [], nextCursor: null };
    const scope = { list: name, caller, filters: { ...filters, of: index.partition } };
    const data: ExecutionRecord[] = [];
    let start = cursor === undefined ? undefined : readCursor(connection.cursorKey, scope, cursor);
    let read = 0;
    while (true) {
      const page = await send(() => client.send(indexQuery(index, filters, limit, start)));
      const rows = await readRows((page.Items ?? []).map((item) => item.pk?.S ?? ''));
      read += page.Items?.length ?? 0;
      start = page.LastEvaluatedKey && flatten(page.LastEvaluatedKey);
      for (const [at, row] of rows.entries()) {
        if (!row || !fits(row, filters)) continue;
        data.push(row);
        if (data.length < limit) continue;
        const item = page.Items?.[at];
        const more = start !== undefined || at + 1 < rows.length;
        return {
          data,
          nextCursor: more && item ? writeCursor(connection.cursorKey, scope, flatten(item)) : null,
        };
      }
      if (!start) return { data, nextCursor: null };
      if (read >= MAX_ROWS_PER_PAGE)
        return { data, nextCursor: writeCursor(connection.cursorKey, scope, start) };
    }
  };

  const indexQuery = (
    { name, partition }: { name: string; partition: string },
    filters: ExecutionFilters,
    Limit: number,
    start: Record<string, string> | undefined,
  ) => {
    const { from, to } = between(filters);
    return new QueryCommand({
      TableName,
      IndexName: name,
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#pk': `${name}pk`, '#sk': `${name}sk` },
      ExpressionAttributeValues: {
        ':pk': { S: partition },
        ':from': { S: from },
        ':to': { S: to },
      },
      ScanIndexForward: false,
      Limit: Math.min(Limit, QUERY_LIMIT),
      ExclusiveStartKey: start && marshall(start),
    });
  };

  /** Rows by partition key, in the order asked; null for what is gone. */
  const readRows = async (partitions: readonly string[]): Promise<(ExecutionRecord | null)[]> => {
    const found = new Map<string, ExecutionRecord>();
    const wanted = [...new Set(partitions)].map((pk) => ({ pk: { S: pk }, sk: { S: keys.row } }));
    await inBatches(wanted, BATCH_READS, async (batch) => {
      const RequestItems = { [TableName]: { Keys: [...batch], ...ROW_PROJECTION } };
      const { Responses, UnprocessedKeys } = await send(() =>
        client.send(new BatchGetItemCommand({ RequestItems })),
      );
      for (const item of Responses?.[TableName] ?? [])
        if (!isGone(item, clock.now())) found.set(item.pk?.S ?? '', decodeRow(item));
      return (UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof wanted;
    });
    return partitions.map((pk) => found.get(pk) ?? null);
  };

  /** Keys of open executions that began before `before`, newest first, of all shards. */
  const openBefore = async (before: string, limit: number): Promise<{ pk: string; at: string }[]> => {
    const shard = async (_: unknown, number: number) => {
      const { Items } = await send(() =>
        client.send(
          new QueryCommand({
            TableName,
            IndexName: 'gsi6',
            KeyConditionExpression: '#pk = :pk AND #sk < :before',
            ExpressionAttributeNames: { '#pk': 'gsi6pk', '#sk': 'gsi6sk' },
            ExpressionAttributeValues: { ':pk': { S: keys.open(number) }, ':before': { S: before } },
            ScanIndexForward: false,
            Limit: limit,
          }),
        ),
      );
      return (Items ?? []).map(({ pk, gsi6sk }) => ({ pk: pk?.S ?? '', at: gsi6sk?.S ?? '' }));
    };
    const shards = await Promise.all(Array.from({ length: OPEN_SHARDS }, shard));
    return shards
      .flat()
      .sort((left, right) => (left.at < right.at ? 1 : -1))
      .slice(0, limit);
  };

  const listOpenPage = async ({
    limit,
    cursor,
    caller,
    ...filters
  }: OpenQuery): Promise<Page<ExecutionRecord>> => {
    const scope = { list: 'executions.open', caller, filters: { ...filters } };
    const from = cursor === undefined ? undefined : readCursor(connection.cursorKey, scope, cursor).before;
    let before = from ?? filters.startedBefore ?? '~';
    const data: ExecutionRecord[] = [];
    for (let read = 0; read < MAX_ROWS_PER_PAGE; ) {
      const found = await openBefore(before, limit);
      const rows = await readRows(found.map(({ pk }) => pk));
      for (const [index, row] of rows.entries()) {
        before = found[index]?.at ?? before;
        if (filters.startedAfter !== undefined && before <= `${filters.startedAfter}$`)
          return { data, nextCursor: null };
        if (!row || !fits(row, filters)) continue;
        data.push(row);
        if (data.length === limit)
          return { data, nextCursor: writeCursor(connection.cursorKey, scope, { before }) };
      }
      if (found.length < limit) return { data, nextCursor: null };
      read += found.length;
    }
    return { data, nextCursor: writeCursor(connection.cursorKey, scope, { before }) };
  };

  return {
    /** What has not finished, newest first, of everybody or of one owner or workflow: picked while reading. */
    listOpenPage,
    /** What has failed of an owner. */
    listFailed: (ownerId: string, query: ListQuery) =>
      list({ name: 'gsi6', partition: keys.failed(ownerId) }, 'executions.failed', query),
    /** Ids of executions of an owner whose time is over and that are still stored, of the oldest `limit` that may be. */
    listExpired: async (ownerId: string, limit: number): Promise<readonly string[]> => {
      const { retentionDays } = connection;
      const before = new Date(clock.now() - retentionDays * 86_400_000).toISOString();
      const { Items } = await send(() =>
        client.send(
          new QueryCommand({
            TableName,
            IndexName: 'gsi5',
            KeyConditionExpression: '#pk = :pk AND #sk < :before',
            ExpressionAttributeNames: { '#pk': 'gsi5pk', '#sk': 'gsi5sk' },
            ExpressionAttributeValues: { ':pk': { S: keys.byOwner(ownerId) }, ':before': { S: before } },
            Limit: limit,
          }),
        ),
      );
      const partitions = (Items ?? []).map(({ pk }) => pk?.S ?? '');
      const rows = await readRows(partitions);
      return partitions
        .filter((_, index) => rows[index] === null)
        .map((pk) => pk.slice(keys.partition('').length));
    },
    /** Rows by id, in the order asked; null for what is gone. */
    rowsOf: (ids: readonly string[]) => readRows(ids.map(keys.partition)),
    listByWorkflow: (workflowId: string, query: ListQuery) =>
      list({ name: 'gsi4', partition: keys.byWorkflow(workflowId) }, 'executions.byWorkflow', query),
    listByOwner: (ownerId: string, query: ListQuery) =>
      list({ name: 'gsi5', partition: keys.byOwner(ownerId) }, 'executions.byOwner', query),
    /** Ids of what has not finished, oldest first, of one of the OPEN_SHARDS. */
    listOpen: async (shard: number): Promise<readonly string[]> => {
      const ids: string[] = [];
      let ExclusiveStartKey: Attributes | undefined;
      do {
        const page = await send(() =>
          client.send(
            new QueryCommand({
              TableName,
              IndexName: 'gsi6',
              KeyConditionExpression: '#pk = :pk',
              ExpressionAttributeNames: { '#pk': 'gsi6pk' },
              ExpressionAttributeValues: { ':pk': { S: keys.open(shard) } },
              Limit: QUERY_LIMIT,
              ExclusiveStartKey,
            }),
          ),
        );
        ids.push(...(page.Items ?? []).map((item) => item.pk?.S?.slice(keys.partition('').length) ?? ''));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return ids;
    },
  };
};

const fits = (
  row: ExecutionRecord,
  filters: ExecutionFilters & Pick<OpenQuery, 'ownerId' | 'workflowId'>,
): boolean =>
  (filters.status === undefined || row.status === filters.status) &&
  (filters.triggerType === undefined || row.triggerType === filters.triggerType) &&
  (filters.ownerId === undefined || row.ownerId === filters.ownerId) &&
  (filters.workflowId === undefined || row.workflowId === filters.workflowId);

/** The key attributes of an index entry, which are all text. */
const flatten = (key: Attributes): Record<string, string> =>
  Object.fromEntries(Object.entries(key).map(([name, value]) => [name, value.S ?? '']));
