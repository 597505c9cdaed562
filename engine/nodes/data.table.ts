import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import type { TableEntry, TablePort } from '../ports.ts';
import { defineNode, type Effect } from './define-node.ts';
import { fieldAt, fieldPath, withField } from './field-path.ts';

const EFFECTS = {
  get: 'read',
  query: 'read',
  put: 'write',
  update: 'write',
  delete: 'write',
  increment: 'write',
} as const satisfies Record<string, Effect>;

type OperationName = keyof typeof EFFECTS;

export const tableName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9_-]*$/, 'must be letters, digits, "_" or "-"')
  .default('');

const parameters = z.strictObject({
  operation: z
    .enum(Object.keys(EFFECTS) as [OperationName, ...OperationName[]])
    .default('get')
    .meta({
      title: 'Operation',
      description: 'Put replaces an entry; update changes some of its fields; increment adds to one of them.',
    }),
  table: tableName.meta({ title: 'Table', description: 'Made when the first entry is put into it.' }),
  key: z
    .union([z.string().max(512), z.number()])
    .optional()
    .meta({
      title: 'Key',
      description: 'Of the entry. For a query: what keys begin with.',
      examples: ['{{ $json.id }}'],
    }),
  value: z
    .record(z.string(), z.json())
    .optional()
    .meta({
      title: 'Value',
      description: 'The fields to put or to change; the item’s own when left out.',
      examples: [{ seenAt: '{{ $now }}' }],
    }),
  onlyIf: z.enum(['any', 'absent', 'present']).default('any').meta({
    title: 'Only if',
    description:
      'Puts or updates only where there is no entry, or only where there is one; the node fails otherwise.',
  }),
  field: fieldPath
    .default('count')
    .meta({ title: 'Field', description: 'The number that increment adds to.' }),
  by: z.number().default(1).meta({ title: 'By', description: 'What is added.' }),
  ttlSeconds: z
    .int()
    .min(1)
    .max(10 * 365 * 86_400)
    .optional()
    .meta({
      title: 'Lifetime',
      description: 'Seconds after which the entry is gone. Left out: for ever, or as it was.',
      examples: [86_400],
    }),
  limit: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .meta({ title: 'Limit', description: 'Entries a query gives at the most.' }),
  after: z
    .string()
    .max(512)
    .optional()
    .meta({ title: 'After', description: 'A query begins behind this key.', examples: ['order-1000'] }),
  descending: z
    .boolean()
    .default(false)
    .meta({ title: 'Descending', description: 'Keys of a query from the last to the first.' }),
  ifMissing: z.enum(['nothing', 'null', 'fail']).default('nothing').meta({
    title: 'If missing',
    description: 'What get gives where there is no entry: no item, an item with null, or an error.',
  }),
});

type Given = z.output<typeof parameters>;

interface Work {
  readonly given: Given;
  readonly key: string;
  readonly item: Item;
  readonly tables: TablePort;
  readonly idempotencyKey: string;
}

/** What each operation does; a new one is a new line here and in EFFECTS. */
const OPERATIONS: Readonly<Record<OperationName, (work: Work) => Promise<readonly Item[]>>> = {
  get: async ({ given, key, tables }) => {
    const entry = await tables.get(given.table, key);
    if (entry) return [itemOf(entry)];
    if (given.ifMissing === 'fail')
      throw new NodeError('table.notFound', `Table ${given.table} has no entry ${JSON.stringify(key)}.`);
    return given.ifMissing === 'null' ? [{ json: { key, value: null } }] : [];
  },
  query: async ({ given, tables }) => {
    const { table, limit, after, descending } = given;
    const prefix = given.key === undefined ? '' : String(given.key);
    return (await tables.query(table, { prefix, limit, after, descending })).map(itemOf);
  },
  put: async (work) => changed(work, false, () => work.given.value ?? work.item.json),
  update: async (work) =>
    changed(work, false, (before) => ({ ...before?.value, ...(work.given.value ?? work.item.json) })),
  increment: async (work) =>
    changed(work, true, (before) => {
      const { field, by } = work.given;
      return withField(before?.value ?? {}, field, numberAt(before, field) + by);
    }),
  delete: async ({ given, key, tables }) => [
    { json: { key, deleted: await tables.delete(given.table, key) } },
  ],
};

const changed = async (
  { given, key, tables, idempotencyKey: by }: Work,
  once: boolean,
  make: (before: TableEntry | null) => JsonObject,
): Promise<readonly Item[]> => {
  const { table, onlyIf, ttlSeconds } = given;
  const isRefused = (before: TableEntry | null) =>
    (onlyIf === 'absent' && before !== null) || (onlyIf === 'present' && before === null);
  const { entry, changed: isDone } = await tables.change(table, key, {
    by,
    once,
    ttlSeconds,
    change: (before) => (isRefused(before) ? null : make(before)),
  });
  if (isDone && entry) return [itemOf(entry)];
  const state = onlyIf === 'absent' ? 'already has an' : 'has no';
  throw new NodeError('table.condition', `Table ${table} ${state} entry ${JSON.stringify(key)}.`);
};

const numberAt = (entry: TableEntry | null, field: string): number => {
  const value: Json = (entry && fieldAt(entry.value, field)) ?? 0;
  if (typeof value === 'number') return value;
  throw new NodeError(
    'data.type',
    `Field ${field}: expected a number, got ${JSON.stringify(value).slice(0, 200)}.`,
  );
};

const itemOf = ({ key, value, version, updatedAt, expiresAt }: TableEntry): Item => ({
  json: { key, value, version, updatedAt, expiresAt },
});

export const dataTable = defineNode({
  type: 'data.table',
  name: 'Table',
  description:
    'Keeps values under keys from one execution to the next: look up, put, change, count, list, delete.',
  category: 'Data',
  icon: 'database',
  mode: 'perItem',
  concurrency: 10,
  effect: ({ operation }) => EFFECTS[operation],
  parameters,
  check: ({ operation, table, key }) => [
    ...(typeof table === 'string' && table !== ''
      ? []
      : [{ pointer: '/table', message: 'must name a table' }]),
    ...(key === undefined && operation !== 'query'
      ? [{ pointer: '/key', message: 'must name an entry' }]
      : []),
  ],
  example: {
    parameters: { operation: 'increment', table: 'visits', key: '{{ $json.page }}' },
    input: [{ json: { page: 'home' } }],
    output: {
      main: [
        {
          json: {
            key: 'home',
            value: { count: 1 },
            version: 1,
            updatedAt: '2026-01-05T09:00:00.000Z',
            expiresAt: null,
          },
        },
      ],
    },
  },
  execute: async ({ parameters: given, items: [item = { json: {} }], ports, idempotencyKey }) => {
    if (given.table === '') throw new NodeError('table.name', 'The name of the table is empty.');
    const key = given.key === undefined ? '' : String(given.key);
    if (key === '' && given.operation !== 'query')
      throw new NodeError('table.key', 'The key is empty: expected a text or a number.');
    const work = { given, key, item, tables: ports.tables, idempotencyKey };
    return { outputs: { main: await OPERATIONS[given.operation](work) } };
  },
});
