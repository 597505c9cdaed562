import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ExecutionFinished, JournalEvent } from '../../engine/interpreter/event.ts';
import type { InboxItem, JournalPort, SegmentEnd } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { ExecutionRecord, ExecutionStatus, NewExecution } from './execution-record.ts';
import { decodeRow, decodeTriggerItems, encodeRow, keys, payloadPrefix } from './execution-row.ts';
import { isConditionFailure, send } from './failures.ts';
import { decodeJson, encodeJson } from './segment-codec.ts';

export type { ExecutionRecord, ExecutionStatus, NewExecution } from './execution-record.ts';

type Attributes = Record<string, AttributeValue>;

/** Who writes a journal, and until when nobody else may. */
export interface JournalWriter {
  readonly writerId: string;
  /** Milliseconds since 1970. */
  readonly leaseUntil: number;
  /** The instance that holds the lease, where one machine knows that all others are gone; null on AWS. */
  readonly generation: string | null;
}

export interface LoadedExecution {
  readonly record: ExecutionRecord;
  readonly events: readonly JournalEvent[];
  /** Sequence number of the next event. */
  readonly position: number;
  /** Of the newest segment; null before the first and after a slice that let go. */
  readonly lease: {
    readonly writerId: string;
    readonly until: number;
    readonly generation: string | null;
  } | null;
  readonly inbox: readonly InboxItem[];
}

/** What the sweep decides by: the row and the newest segment, without its events. */
export interface ExecutionHead {
  readonly record: ExecutionRecord;
  readonly position: number;
  readonly lease: LoadedExecution['lease'];
  readonly isParked: boolean;
  /** When a parked one is due; null: when something comes. */
  readonly wakeAt: number | null;
  /** Something came since it was parked. */
  readonly hasMail: boolean;
}

export interface ExecutionFilters {
  readonly status?: ExecutionStatus | undefined;
  readonly startedAfter?: string | undefined;
  readonly startedBefore?: string | undefined;
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

const DAY_SECONDS = 86_400;
const DEFAULT_LIFETIME_SECONDS = 30 * DAY_SECONDS;
const QUERY_LIMIT = 500;
/** How far the clocks of two machines may be apart. */
const MAIL_MARGIN_MILLISECONDS = 5_000;
const BATCH_WRITES = 25;
const BATCH_READS = 100;
/** Rows read for one page of a filtered list before it is cut short with a cursor. */
const MAX_ROWS_PER_PAGE = 1_000;

export type ExecutionStore = ReturnType<typeof makeExecutionStore>;

/** Executions and their journals. On the path of every execution, so by hand and without transactions. */
export const makeExecutionStore = (connection: StoreConnection) => {
  const { client, table: TableName, payloads, clock, spillBytes, retentionDays } = connection;

  const accept = async (input: NewExecution): Promise<{ record: ExecutionRecord; created: boolean }> => {
    const { lifetimeSeconds = DEFAULT_LIFETIME_SECONDS, id = newId('exec'), ...given } = input;
    const now = clock.now();
    const record: ExecutionRecord = {
      triggeredBy: null,
      triggerDetail: null,
      mode: 'production',
      responseMode: null,
      parentExecutionId: null,
      retryOf: null,
      hops: 0,
      ...given,
      id,
      startedAt: new Date(now).toISOString(),
      finishedAt: null,
      status: 'pending',
      errorMessage: null,
      errorCode: null,
      errorNodeId: null,
      wait: null,
      recoveries: 0,
      recoveredAt: null,
    };
    const expiresAt = Math.ceil(now / 1000) + lifetimeSeconds + retentionDays * DAY_SECONDS;
    const Item = await encodeRow(record, expiresAt, { payloads, spillBytes });
    try {
      await send(() => client.send(new PutItemCommand({ TableName, Item, ...absent })));
      return { record, created: true };
    } catch (error) {
      const existing = isConditionFailure(error) ? await get(id) : null;
      if (existing) return { record: existing, created: false };
      throw error;
    }
  };

  const isGone = (item: Attributes): boolean => Number(item.expiresAt?.N ?? Infinity) * 1000 <= clock.now();

  const get = async (id: string): Promise<ExecutionRecord | null> => {
    const Key = rowKey(id);
    const { Item } = await send(() =>
      client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
    );
    return Item && !isGone(Item) ? decodeRow(Item) : null;
  };

  /** Items of one partition from `from` on, in order of their sort keys. */
  const readPartition = async (id: string, from: string, to: string): Promise<Attributes[]> => {
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
              ':pk': { S: keys.partition(id) },
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
    } while (ExclusiveStartKey);
    return found;
  };

  const load = async (id: string): Promise<LoadedExecution | null> => {
    const items = await readPartition(id, keys.row, keys.segment(Number.MAX_SAFE_INTEGER));
    const row = items.find((item) => item.sk?.S === keys.row);
    if (!row || isGone(row)) return null;
    const segments = items.filter((item) => item.sk?.S?.startsWith('j#'));
    const [trigger, ...events] = await Promise.all([
      decodeTriggerItems(row, payloads),
      ...segments.map(decodeEvents),
    ]);
    const newest = segments.at(-1);
    return {
      record: { ...decodeRow(row), items: trigger },
      events: events.flat(),
      position: newest ? endOf(newest) : 0,
      lease: leaseOf(newest),
      inbox: items.filter((item) => item.sk?.S?.startsWith('in#')).map(decodeInbox),
    };
  };

  const head = async (id: string): Promise<ExecutionHead | null> => {
    const record = await get(id);
    if (!record) return null;
    const newest = await newestSegment(id);
    const parkedAt = newest?.parkedAt?.N;
    const inbox = parkedAt === undefined ? [] : await readInbox(id);
    return {
      record,
      position: newest ? endOf(newest) : 0,
      lease: leaseOf(newest),
      isParked: parkedAt !== undefined,
      wakeAt: newest?.wakeAt?.N === undefined ? null : Number(newest.wakeAt.N),
      hasMail: inbox.some(({ at }) => at >= Number(parkedAt) - MAIL_MARGIN_MILLISECONDS),
    };
  };

  const newestSegment = async (id: string): Promise<Attributes | undefined> => {
    const { Items } = await send(() =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
          ExpressionAttributeValues: {
            ':pk': { S: keys.partition(id) },
            ':from': { S: keys.segment(0) },
            ':to': { S: keys.segment(Number.MAX_SAFE_INTEGER) },
          },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 1,
        }),
      ),
    );
    return Items?.[0];
  };

  const decodeEvents = async (segment: Attributes): Promise<readonly JournalEvent[]> =>
    (await decodeJson(segment.events?.M ?? {}, payloads)) as readonly JournalEvent[];

  const readInbox = async (id: string): Promise<readonly InboxItem[]> =>
    (await readPartition(id, 'in#', 'in$')).map(decodeInbox);

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

  /** Changes columns of the row; `closes` also takes it out of the index of open executions. */
  const updateRow = async (id: string, columns: Partial<ExecutionRecord>, closes = false): Promise<void> => {
    const entries = Object.entries(columns);
    const sets = entries.map((_, index) => `#c${index} = :c${index}`).join(', ');
    const names = Object.fromEntries(entries.map(([name], index) => [`#c${index}`, name]));
    const values = marshall(Object.fromEntries(entries.map(([, value], index) => [`:c${index}`, value])), {
      removeUndefinedValues: true,
    });
    try {
      await send(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: rowKey(id),
            UpdateExpression: `SET ${sets}${closes ? ' REMOVE #openPk, #openSk' : ''}`,
            ConditionExpression: 'attribute_exists(#pk)',
            ExpressionAttributeNames: {
              '#pk': 'pk',
              ...names,
              ...(closes ? { '#openPk': 'gsi6pk', '#openSk': 'gsi6sk' } : {}),
            },
            ExpressionAttributeValues: values,
          }),
        ),
      );
    } catch (error) {
      // Deleted meanwhile: there is nothing left to say about it.
      if (!isConditionFailure(error)) throw error;
    }
  };

  /** Writes what the final event says into the row and closes it: the last of what follows from an end. */
  const settle = (id: string, final: ExecutionFinished): Promise<void> =>
    updateRow(
      id,
      {
        status: final.status,
        finishedAt: new Date(final.at).toISOString(),
        errorMessage: final.error?.message ?? null,
        errorCode: final.error?.code ?? null,
        errorNodeId: final.error?.nodeId ?? null,
        wait: null,
      },
      true,
    );

  /** The journal behind what was loaded. One flush is in flight at a time. */
  const journal = (
    loaded: LoadedExecution,
    writer: JournalWriter,
  ): JournalPort & { readonly position: number } => {
    const { id } = loaded.record;
    let { position } = loaded;
    let { status, wait } = loaded.record;

    const putSegment = async (events: readonly JournalEvent[], end: SegmentEnd): Promise<boolean> => {
      const flushId = newId('log');
      const key = `${payloadPrefix(id)}${position}-${flushId}`;
      const Item: Attributes = {
        pk: { S: keys.partition(id) },
        sk: { S: keys.segment(position) },
        count: { N: String(events.length) },
        writerId: { S: writer.writerId },
        flushId: { S: flushId },
        leaseUntil: { N: String(end.kind === 'open' ? writer.leaseUntil : 0) },
        ...(end.kind === 'parked' ? parkedColumns(end.wakeAt, clock.now()) : {}),
        ...(writer.generation === null ? {} : { generation: { S: writer.generation } }),
        events: { M: await encodeJson(events, { payloads, key, spillBytes }) },
      };
      try {
        await send(() =>
          client.send(
            new PutItemCommand({
              TableName,
              Item,
              ...absent,
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            }),
          ),
        );
        return true;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        // A put that was sent twice finds its own first copy.
        const found = await readPartition(id, keys.segment(position), keys.segment(position));
        return found[0]?.flushId?.S === flushId;
      }
    };

    const append = async (events: readonly JournalEvent[], end: SegmentEnd): Promise<boolean> => {
      if (!(await putSegment(events, end))) return false;
      position += events.length;
      if (end.kind === 'final') return true;
      const nextWait = end.kind === 'parked' ? end.wait : null;
      if (status === 'pending' || nextWait !== null || wait !== null) {
        await updateRow(id, { status: 'running', wait: nextWait });
        status = 'running';
        wait = nextWait;
      }
      return true;
    };

    return {
      append,
      readInbox: () => readInbox(id),
      /** Sequence number of the next event. */
      get position() {
        return position;
      },
    };
  };

  const list = async (
    index: { name: string; partition: string },
    name: string,
    { limit, cursor, caller, ...filters }: ListQuery,
  ): Promise<Page<ExecutionRecord>> => {
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
        if (!row || (filters.status && row.status !== filters.status)) continue;
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
    { startedAfter, startedBefore }: ExecutionFilters,
    Limit: number,
    start: Record<string, string> | undefined,
  ) =>
    new QueryCommand({
      TableName,
      IndexName: name,
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#pk': `${name}pk`, '#sk': `${name}sk` },
      ExpressionAttributeValues: {
        ':pk': { S: partition },
        // `$` follows `#`: after every id of that instant. `~` sorts behind every timestamp.
        ':from': { S: startedAfter === undefined ? '0' : `${startedAfter}$` },
        ':to': { S: startedBefore ?? '~' },
      },
      ScanIndexForward: false,
      Limit: Math.min(Limit, QUERY_LIMIT),
      ExclusiveStartKey: start && marshall(start),
    });

  /** Rows by partition key, in the order asked; null for what is gone. */
  const readRows = async (partitions: readonly string[]): Promise<(ExecutionRecord | null)[]> => {
    const found = new Map<string, ExecutionRecord>();
    let pending = [...new Set(partitions)].map((pk) => ({ pk: { S: pk }, sk: { S: keys.row } }));
    while (pending.length > 0) {
      const batch = pending.splice(0, BATCH_READS);
      const { Responses, UnprocessedKeys } = await send(() =>
        client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: batch } } })),
      );
      for (const item of Responses?.[TableName] ?? [])
        if (!isGone(item)) found.set(item.pk?.S ?? '', decodeRow(item));
      pending = pending.concat((UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof pending);
    }
    return partitions.map((pk) => found.get(pk) ?? null);
  };

  return {
    accept,
    get,
    head,
    load,
    journal,
    settle,
    putInbox,
    readInbox,
    /** Notes that it was taken up again without having got further. */
    noteRecovery: (id: string, at: Pick<ExecutionRecord, 'recoveries' | 'recoveredAt'>) => updateRow(id, at),
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
    /** Removes everything there is of an execution; the row last, so that a removal cut short can be repeated. */
    remove: async (id: string): Promise<void> => {
      const items = await readPartition(id, keys.row, keys.segment(Number.MAX_SAFE_INTEGER));
      const children = items.filter((item) => item.sk?.S !== keys.row);
      await payloads.removePrefix(payloadPrefix(id));
      for (const batch of [...inBatches(children), ...inBatches([{ ...rowKey(id) }])])
        await removeBatch(batch);
    },
  };

  async function removeBatch(items: readonly Attributes[]): Promise<void> {
    let requests = items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } as Attributes } }));
    while (requests.length > 0) {
      const { UnprocessedItems } = await send(() =>
        client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } })),
      );
      requests = (UnprocessedItems?.[TableName] ?? []) as typeof requests;
    }
  }
};

const absent = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
};

const rowKey = (id: string): Attributes => ({ pk: { S: keys.partition(id) }, sk: { S: keys.row } });

const positionOf = (segment: Attributes): number => Number(segment.sk?.S?.slice(2));

/** The sequence number behind a segment. */
const endOf = (segment: Attributes): number => positionOf(segment) + Number(segment.count?.N ?? 0);

const leaseOf = (segment: Attributes | undefined): LoadedExecution['lease'] => {
  const until = Number(segment?.leaseUntil?.N ?? 0);
  if (!segment || until === 0) return null;
  return { writerId: segment.writerId?.S ?? '', until, generation: segment.generation?.S ?? null };
};

const parkedColumns = (wakeAt: number | null, now: number): Attributes => ({
  parkedAt: { N: String(now) },
  ...(wakeAt === null ? {} : { wakeAt: { N: String(wakeAt) } }),
});

const decodeInbox = (item: Attributes): InboxItem => JSON.parse(item.item?.S ?? 'null') as InboxItem;

/** The key attributes of an index entry, which are all text. */
const flatten = (key: Attributes): Record<string, string> =>
  Object.fromEntries(Object.entries(key).map(([name, value]) => [name, value.S ?? '']));

const inBatches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH_WRITES) }, (_, index) =>
    all.slice(index * BATCH_WRITES, (index + 1) * BATCH_WRITES),
  );
