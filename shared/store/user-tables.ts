import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { NodeError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/item.ts';
import type { TableChange, TableChanged, TableEntry, TableQuery } from '../../engine/ports.ts';
import type { StoreConnection } from './connection.ts';
import { cancellation, isConditionFailure, send } from './failures.ts';

/** A page and no more: the embedded database holds its one lock for the whole of a query. */
const MOST_PER_QUERY = 500;
const MOST_VALUE_BYTES = 100 * 1024;
const MOST_ATTEMPTS = 20;
/** A repeat of a change knows it for its own within this time; executions are recovered far sooner. */
const REMEMBERED_SECONDS = 7 * 86_400;

interface Stored {
  readonly sk: string;
  /** JSON. */
  readonly value: string;
  readonly version: number;
  readonly updatedAt: string;
  /** Who wrote it: the idempotency key of the node run. */
  readonly by: string;
  /** Seconds since 1970. */
  readonly expiresAt?: number;
}

/** What workflows keep: the entries of named tables, in one partition per owner. `tablesOf` binds them to one. */
export const makeUserTableStore = ({ document, table: TableName, clock }: StoreConnection) => {
  const seconds = () => Math.floor(clock.now() / 1000);
  const isOver = ({ expiresAt }: Stored): boolean => expiresAt !== undefined && expiresAt <= seconds();

  const read = async (pk: string, sk: string): Promise<Stored | null> => {
    const command = new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true });
    const stored = (await send(() => document.send(command))).Item as Stored | undefined;
    return stored && !isOver(stored) ? stored : null;
  };

  /** Puts an entry where nothing has changed since it was read. False when somebody else was first. */
  const replace = async (pk: string, before: Stored | null, after: Stored, marked: boolean) => {
    const put = { TableName, Item: { ...after, pk }, ...unchanged(before, seconds()) };
    const marker = { ...after, pk, sk: markerOf(after.by), expiresAt: seconds() + REMEMBERED_SECONDS };
    const once = {
      TableName,
      Item: marker,
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': 'pk' },
    };
    try {
      if (marked)
        await send(() =>
          document.send(new TransactWriteCommand({ TransactItems: [{ Put: put }, { Put: once }] })),
        );
      else await send(() => document.send(new PutCommand(put)));
      return true;
    } catch (error) {
      if (isConditionFailure(error) || cancellation(error)?.includes('ConditionalCheckFailed')) return false;
      throw error;
    }
  };

  const some = async (ownerId: string): Promise<readonly Stored[]> => {
    const command = new QueryCommand({
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': partitionOf(ownerId) },
      Limit: MOST_PER_QUERY,
    });
    return ((await send(() => document.send(command))).Items ?? []) as Stored[];
  };

  const drop = async (pk: string, sk: string): Promise<void> => {
    await send(() => document.send(new DeleteCommand({ TableName, Key: { pk, sk } })));
  };

  const after = (before: Stored | null, sk: string, by: string, value: JsonObject, ttl?: number): Stored => {
    const expiresAt = ttl === undefined ? before?.expiresAt : seconds() + ttl;
    return {
      sk,
      value: textOf(value),
      version: (before?.version ?? 0) + 1,
      updatedAt: new Date(clock.now()).toISOString(),
      by,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  };

  return {
    get: async (ownerId: string, table: string, key: string): Promise<TableEntry | null> => {
      const stored = await read(partitionOf(ownerId), keyOf(table, key));
      return stored && entryOf(stored);
    },
    /** See `TablePort.change`. */
    change: async (
      ownerId: string,
      table: string,
      key: string,
      asked: TableChange,
    ): Promise<TableChanged> => {
      const { by, once, ttlSeconds, change } = asked;
      const [pk, sk] = [partitionOf(ownerId), keyOf(table, key)];
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
        const before = await read(pk, sk);
        // Its own change, whose answer was lost.
        if (before?.by === by) return { entry: entryOf(before), changed: true };
        const value = change(before && entryOf(before));
        if (value === null) return { entry: before && entryOf(before), changed: false };
        const written = after(before, sk, by, value, ttlSeconds);
        if (await replace(pk, before, written, once)) return { entry: entryOf(written), changed: true };
        const done = once ? await read(pk, markerOf(by)) : null;
        if (done) return { entry: entryOf({ ...done, sk }), changed: true };
      }
      const message = `Entry ${JSON.stringify(key)} of table ${table} is being changed by too many at once.`;
      throw new NodeError('table.contended', message, { retryable: true });
    },
    delete: async (ownerId: string, table: string, key: string): Promise<boolean> => {
      const Key = { pk: partitionOf(ownerId), sk: keyOf(table, key) };
      const command = new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' });
      const { Attributes } = await send(() => document.send(command));
      return Attributes !== undefined && !isOver(Attributes as Stored);
    },
    /** Removes some of all an owner has. True when there was something. */
    removeSome: async (ownerId: string): Promise<boolean> => {
      const entries = await some(ownerId);
      for (const { sk } of entries) await drop(partitionOf(ownerId), sk);
      return entries.length > 0;
    },
    /** Gives some of all an owner has to another, whose own entries stand. True when there was something. */
    giveSome: async (ownerId: string, heirId: string): Promise<boolean> => {
      const entries = await some(ownerId);
      for (const stored of entries) {
        const before = await read(partitionOf(heirId), stored.sk);
        if (!before) await replace(partitionOf(heirId), null, stored, false);
        await drop(partitionOf(ownerId), stored.sk);
      }
      return entries.length > 0;
    },
    query: async (ownerId: string, table: string, asked: TableQuery): Promise<readonly TableEntry[]> => {
      const { prefix, limit, after: from, descending } = asked;
      const pk = partitionOf(ownerId);
      const entries: TableEntry[] = [];
      let start = from === undefined ? undefined : { pk, sk: keyOf(table, from) };
      do {
        const command = new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
          ExpressionAttributeValues: { ':pk': pk, ':sk': keyOf(table, prefix) },
          ScanIndexForward: !descending,
          Limit: Math.min(limit - entries.length, MOST_PER_QUERY),
          ...(start && { ExclusiveStartKey: start }),
        });
        const page = await send(() => document.send(command));
        entries.push(...((page.Items ?? []) as Stored[]).filter((each) => !isOver(each)).map(entryOf));
        start = page.LastEvaluatedKey as typeof start;
      } while (start && entries.length < limit);
      return entries;
    },
  };
};

const partitionOf = (ownerId: string): string => `tbl#${ownerId}`;
/** Names of tables hold no "#", keys may. */
const keyOf = (table: string, key: string): string => `${table}#${key}`;
/** Beside the tables: their names are not empty. */
const markerOf = (by: string): string => `#${by}`;

type Condition = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const unchanged = (before: Stored | null, now: number): Condition =>
  before
    ? {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': before.version },
      }
    : // What is over and not yet swept away is not there.
      {
        ConditionExpression: 'attribute_not_exists(#version) OR #expiresAt <= :now',
        ExpressionAttributeNames: { '#version': 'version', '#expiresAt': 'expiresAt' },
        ExpressionAttributeValues: { ':now': now },
      };

const textOf = (value: JsonObject): string => {
  const text = JSON.stringify(value);
  const size = Buffer.byteLength(text);
  if (size <= MOST_VALUE_BYTES) return text;
  const message = `The value has ${size} bytes as JSON; an entry may have ${MOST_VALUE_BYTES}.`;
  throw new NodeError('table.tooLarge', message);
};

const entryOf = ({ sk, value, version, updatedAt, expiresAt }: Stored): TableEntry => ({
  key: sk.slice(sk.indexOf('#') + 1),
  value: JSON.parse(value) as JsonObject,
  version,
  updatedAt,
  expiresAt: expiresAt === undefined ? null : new Date(expiresAt * 1000).toISOString(),
});
