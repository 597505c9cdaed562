import { setTimeout as delay } from 'node:timers/promises';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { AppError, type Problem } from '../errors.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';
import { type GuardedWrite, type Key, mustExist, transact, type Write } from './guarded-write.ts';
import { type IndexQuery, MAX_ROWS_PER_PAGE, type Page, type PageOptions, readPage } from './page.ts';

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

/** One of those who meet gets through each time: this many may. */
const MAX_ATTEMPTS = 30;
const LONGEST_PAUSE_MILLISECONDS = 40;
/** Ids and names that people write may be longer than any key can be, which is 2,048 bytes: there is no such row. */
const LONGEST_VALUE = 500;
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
      if (!again) throw error;
      if (attempt === MAX_ATTEMPTS) throw crowded(error);
      await delay(Math.random() * Math.min(attempt * 2, LONGEST_PAUSE_MILLISECONDS));
    }
  }
};

/** Nobody has named a revision, so none can have been the wrong one. */
const crowded = (cause: AppError): AppError =>
  new AppError('storage.unavailable', 'Too many change the same thing at once. Try again.', {
    retryAfter: 1,
    cause,
  });

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
