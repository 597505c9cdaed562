import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { AppError, type Problem } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { cancellation, isConditionFailure, send } from './failures.ts';

export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A write, and the error its failed condition means. */
export interface GuardedWrite {
  readonly write: Write;
  readonly refused: () => AppError;
}

export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The user who asks; a cursor is good for nobody else. */
  readonly caller: string;
}

/** What every row that people change has. */
export interface Row {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Counts changes, from 1; the ETag. */
  readonly revision: number;
}

/** The parts of an ElectroDB entity that a store of rows uses. */
interface RowEntity {
  get(key: { id: string }): {
    go(options: { consistent: boolean }): Promise<{ data: unknown }>;
    params(): unknown;
  };
  put(record: never): { params(): unknown };
}

/** An ElectroDB query of one index. */
interface IndexQuery {
  go(options: { limit: number; cursor: string | null; order: 'asc' | 'desc' }): Promise<{
    data: unknown;
    cursor: string | null;
  }>;
}

interface RowsOptions<R extends Row> {
  readonly connection: StoreConnection;
  readonly entity: RowEntity;
  readonly newId: () => string;
  /** In words, for messages: "user". */
  readonly noun: string;
  /** Columns that may be null: they are not stored, and read as null. */
  readonly nullable: readonly (keyof R & string)[];
  /** Values no two rows may share, by column. */
  readonly unique?: (record: R) => Readonly<Record<string, string>>;
  /** Rows that must exist, and not be on their way out, by the column that names them. */
  readonly parents?: (record: R) => Readonly<Record<string, Key | null>>;
}

/** The key of an item, as its store makes it. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type NewRow<R extends Row> = Omit<R, keyof Row>;
export type RowChanges<R extends Row> = Partial<Omit<R, keyof Row>>;

/**
 * The life of rows of one kind: made, read, changed and removed with their sentinels for uniqueness, and with a check of the rows
 * they refer to, in one transaction each.
 */
export const makeRows = <R extends Row>(options: RowsOptions<R>) => {
  const { connection, entity, noun, nullable } = options;
  const unique: (record: R) => Readonly<Record<string, string>> = options.unique ?? (() => ({}));
  const parents: (record: R) => Readonly<Record<string, Key | null>> = options.parents ?? (() => ({}));
  const timestamp = () => new Date(connection.clock.now()).toISOString();

  const complete = (stored: unknown): R => ({
    ...Object.fromEntries(nullable.map((name) => [name, null])),
    ...(withoutNulls(stored as object) as R),
  });
  const withoutNulls = (record: object): object =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));

  const get = async (id: string): Promise<R | null> => {
    if (id.length > LONGEST_VALUE) return null;
    const { data } = await send(() => entity.get({ id }).go({ consistent: true }));
    return data === null ? null : complete(data);
  };

  const keyOf = (id: string): Key => (entity.get({ id }).params() as { Key: Key }).Key;

  const prepare = (input: NewRow<R>): R => {
    const now = timestamp();
    return { ...input, id: options.newId(), createdAt: now, updatedAt: now, revision: 1 } as unknown as R;
  };

  /** Rows are written whole: their index keys are always complete, and no list or map is changed in place. */
  const put = (record: R, condition: object): Write => {
    const params = entity.put(withoutNulls(record) as never).params() as NonNullable<Write['Put']>;
    return { Put: { TableName: params.TableName, Item: params.Item, ...condition } };
  };

  const creation = (record: R): GuardedWrite[] => [
    {
      write: put(record, {
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
      }),
      refused: () => new AppError('resource.conflict', `The ${noun} ${record.id} exists.`),
    },
    ...claims(unique(record), record.id),
    ...references(parents(record)),
  ];

  const claims = (values: Readonly<Record<string, string>>, id: string): GuardedWrite[] =>
    Object.entries(values).map(([field, value]) => ({
      write: {
        Put: {
          TableName: connection.table,
          Item: { ...sentinelKey(field, value), of: id },
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': 'pk' },
        },
      },
      refused: () => duplicate(noun, field),
    }));

  const releases = (values: Readonly<Record<string, string>>): GuardedWrite[] =>
    Object.entries(values).map(([field, value]) => ({
      write: { Delete: { TableName: connection.table, Key: { ...sentinelKey(field, value) } } },
      refused: () =>
        new AppError('resource.conflict', `The ${noun} was changed at the same time; try again.`),
    }));

  const sentinelKey = (field: string, value: string): Key => ({
    pk: `unique#${noun}#${field}#${value}`,
    sk: 'a',
  });

  const references = (rows: Readonly<Record<string, Key | null>>): GuardedWrite[] =>
    Object.entries(rows).flatMap(([field, key]) => (key ? [mustExist(connection, key, field)] : []));

  const create = async (input: NewRow<R>): Promise<R> => {
    const record = prepare(input);
    await transact(connection, creation(record));
    return record;
  };

  /** The writes that turn `before` into what it returns. */
  const change = (before: R, changes: RowChanges<R>): { after: R; writes: GuardedWrite[] } => {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after: R = { ...before, ...given, updatedAt: timestamp(), revision: before.revision + 1 };
    const [was, is] = [unique(before), unique(after)];
    const [wasOf, isOf] = [parents(before), parents(after)];
    const moved = Object.keys(is).filter((field) => was[field] !== is[field]);
    return {
      after,
      writes: [
        {
          write: put(after, {
            ConditionExpression: '#revision = :revision',
            ExpressionAttributeNames: { '#revision': 'revision' },
            ExpressionAttributeValues: { ':revision': before.revision },
          }),
          refused: () => changed(noun),
        },
        ...claims(pick(is, moved), before.id),
        ...releases(pick(was, moved)),
        ...references(
          pick(
            isOf,
            Object.keys(isOf).filter((field) => isOf[field]?.pk !== wasOf[field]?.pk),
          ),
        ),
      ],
    };
  };

  const existing = async (id: string, expectedRevision?: number): Promise<R> => {
    const record = await get(id);
    if (!record) throw new AppError('resource.notFound', `There is no such ${noun}.`);
    if (expectedRevision !== undefined && record.revision !== expectedRevision) throw changed(noun);
    return record;
  };

  const update = async (id: string, changes: RowChanges<R>, expectedRevision?: number): Promise<R> =>
    repeated(expectedRevision, async () => {
      const { after, writes } = change(await existing(id, expectedRevision), changes);
      await transact(connection, writes);
      return after;
    });

  /** Changes a row as long as it is as it should be; answers the row there is then, null for none. */
  const updateIf = async (
    id: string,
    holds: (record: R) => boolean,
    changes: RowChanges<R>,
  ): Promise<R | null> =>
    repeated(undefined, async () => {
      const before = await get(id);
      if (!before || !holds(before)) return before;
      const { after, writes } = change(before, changes);
      await transact(connection, writes);
      return after;
    });

  const remove = async (id: string): Promise<void> => {
    const record = await existing(id);
    const values = unique(record);
    if (Object.keys(values).length === 0) {
      await send(() =>
        connection.document.send(new DeleteCommand({ TableName: connection.table, Key: keyOf(id) })),
      );
      return;
    }
    await transact(connection, [
      {
        write: { Delete: { TableName: connection.table, Key: keyOf(id) } },
        refused: () => new AppError('resource.notFound', `There is no such ${noun}.`),
      },
      ...releases(values),
    ]);
  };

  /** The row that holds a unique value. */
  const lookup = async (field: string, value: string): Promise<R | null> => {
    if (value.length > LONGEST_VALUE) return null;
    const { Item } = await send(() =>
      connection.document.send(
        new GetCommand({ TableName: connection.table, Key: sentinelKey(field, value), ConsistentRead: true }),
      ),
    );
    return typeof Item?.of === 'string' ? get(Item.of) : null;
  };

  const page = (query: IndexQuery, asked: PageOptions<R>): Promise<Page<R>> =>
    readPage(connection, query, complete, asked);

  /** How many rows an index holds under its key. Reads them: for what there are some hundreds of. */
  const count = async (query: IndexQuery): Promise<number> => {
    const from = async (cursor: string | null, before: number): Promise<number> => {
      const found = await send(() => query.go({ limit: MAX_ROWS_PER_PAGE, cursor, order: 'asc' }));
      const counted = before + (found.data as unknown[]).length;
      return found.cursor === null ? counted : from(found.cursor, counted);
    };
    return from(null, 0);
  };

  return {
    get,
    create,
    update,
    updateIf,
    remove,
    page,
    count,
    lookup,
    prepare,
    creation,
    change,
    existing,
    keyOf,
  };
};

interface PageOptions<R> extends PageQuery {
  readonly list: string;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly order?: 'asc' | 'desc';
  /** Picks rows while reading; a page that finds few ends early, with a cursor. */
  readonly matches?: (row: R) => boolean;
}

/** One page of an index; `filters` binds the cursor to what was asked. */
export const readPage = async <R>(
  connection: StoreConnection,
  query: IndexQuery,
  complete: (stored: unknown) => R,
  { list, filters, limit, cursor, caller, order = 'asc', matches = () => true }: PageOptions<R>,
): Promise<Page<R>> => {
  const scope = { list, caller, filters };
  let position = cursor === undefined ? null : (readCursor(connection.cursorKey, scope, cursor).at ?? null);
  const data: R[] = [];
  let read = 0;
  do {
    const wanted = limit - data.length;
    const found = await send(() => query.go({ limit: wanted, cursor: position, order }));
    const all = (found.data as unknown[]).map(complete);
    data.push(...all.filter(matches));
    read += all.length;
    position = found.cursor;
  } while (position !== null && data.length < limit && read < MAX_ROWS_PER_PAGE);
  return {
    data,
    nextCursor: position === null ? null : writeCursor(connection.cursorKey, scope, { at: position }),
  };
};

const MAX_ATTEMPTS = 5;
/** Ids and names that people write may be longer than any key can be, which is 2,048 bytes: there is no such row. */
const LONGEST_VALUE = 500;
/** Rows read for one page of a filtered list before it is cut short with a cursor. */
const MAX_ROWS_PER_PAGE = 1_000;

/** Reads and writes again when somebody else was between the two, unless the caller named the revision they mean. */
export const repeated = async <T>(
  expectedRevision: number | undefined,
  operation: () => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      const again =
        error instanceof AppError && error.code === 'resource.changed' && expectedRevision === undefined;
      if (!again || attempt === MAX_ATTEMPTS) throw error;
    }
  }
};

const changed = (noun: string) =>
  new AppError(
    'resource.changed',
    `The ${noun} was changed meanwhile. Read it again and repeat the change on what you find.`,
  );

const duplicate = (noun: string, field: string): AppError => {
  const problem: Problem = { pointer: `/${field}`, message: 'is taken' };
  return new AppError('resource.duplicate', `Another ${noun} has this ${field}.`, { errors: [problem] });
};

const pick = <T>(record: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));

/** A foreign key: the row is there and not about to be removed. */
export const mustExist = (connection: StoreConnection, key: Key, field: string): GuardedWrite => ({
  write: {
    ConditionCheck: {
      TableName: connection.table,
      Key: key,
      ConditionExpression: 'attribute_exists(#pk) AND attribute_not_exists(#deleting)',
      ExpressionAttributeNames: { '#pk': 'pk', '#deleting': 'deleting' },
    },
  },
  refused: () =>
    new AppError('request.invalid', `What ${field} refers to does not exist.`, {
      errors: [{ pointer: `/${field}`, message: 'refers to nothing that exists' }],
    }),
});

/** All writes or none; throws what the first refused one means. */
export const transact = async (
  connection: StoreConnection,
  writes: readonly GuardedWrite[],
): Promise<void> => {
  const [only, ...others] = writes;
  if (only?.write.Put && others.length === 0) return putAlone(connection, only.write.Put, only.refused);
  try {
    await send(() =>
      connection.document.send(new TransactWriteCommand({ TransactItems: writes.map(({ write }) => write) })),
    );
  } catch (error) {
    const reasons = cancellation(error);
    const refused = reasons?.indexOf('ConditionalCheckFailed') ?? -1;
    throw writes[refused]?.refused() ?? error;
  }
};

/** A transaction of one write costs twice what the write does. */
const putAlone = async (
  { document }: StoreConnection,
  put: NonNullable<Write['Put']>,
  refused: () => AppError,
): Promise<void> => {
  try {
    await send(() => document.send(new PutCommand(put)));
  } catch (error) {
    throw isConditionFailure(error) ? refused() : error;
  }
};
