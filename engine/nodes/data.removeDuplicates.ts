import { z } from 'zod';
import { encode, hash } from '../digest.ts';
import type { Item, JsonObject } from '../item.ts';
import type { TablePort } from '../ports.ts';
import { tableName } from './data.table.ts';
import { defineNode } from './define-node.ts';
import { fieldAt, fieldPath, withoutField } from './field-path.ts';
import { valueKey } from './value-order.ts';

const DAY_SECONDS = 86_400;
const LOOKED_UP_AT_ONCE = 20;

export const dataRemoveDuplicates = defineNode({
  type: 'data.removeDuplicates',
  name: 'Remove duplicates',
  description:
    'Lets one of several equal items through, and, if asked, only what no earlier execution has seen. Equal is what has the same fields, or the same in some of them.',
  category: 'Data',
  icon: 'copy',
  outputs: ['main', 'duplicates'],
  effect: ({ memory }) => (memory === '' ? 'pure' : 'write'),
  parameters: z.strictObject({
    compare: z
      .enum(['all', 'selected', 'allExcept'])
      .default('all')
      .meta({ title: 'Compare', description: 'Which fields make two items equal.' }),
    fields: z
      .array(fieldPath)
      .max(50)
      .default([])
      .meta({ title: 'Fields', description: 'Names or paths of the fields to compare, or to leave out.' }),
    keep: z
      .enum(['first', 'last'])
      .default('first')
      .meta({ title: 'Keep', description: 'Which of several equal items goes on.' }),
    memory: tableName.meta({
      title: 'Memory',
      description:
        'A table that remembers what was let through, for all executions that name it. Left empty: this run only.',
    }),
    rememberDays: z.int().min(1).max(3_650).default(30).meta({ title: 'Remember for', description: 'Days.' }),
  }),
  check: ({ compare = 'all', fields }) => {
    const isNamed = Array.isArray(fields) && fields.length > 0;
    if (compare === 'all')
      return isNamed
        ? [{ pointer: '/compare', message: 'must be "selected" or "allExcept" for the fields to matter' }]
        : [];
    return isNamed
      ? []
      : [{ pointer: '/fields', message: 'must name the fields to compare or to leave out' }];
  },
  example: {
    parameters: { compare: 'selected', fields: ['mail'] },
    input: [{ json: { id: 1, mail: 'a@example.com' } }, { json: { id: 2, mail: 'a@example.com' } }],
    output: {
      main: [{ json: { id: 1, mail: 'a@example.com' } }],
      duplicates: [{ json: { id: 2, mail: 'a@example.com' } }],
    },
  },
  execute: ({ parameters, items, ports, idempotencyKey }) => {
    const { compare, fields, keep, memory, rememberDays } = parameters;
    const keys = items.map(({ json }) => KEYS[compare](json, fields));
    const chosen = new Map<string, number>();
    for (const [index, key] of keys.entries())
      if (keep === 'last' || !chosen.has(key)) chosen.set(key, index);
    if (memory === '') return parted(items, new Set(chosen.values()));
    const ttlSeconds = rememberDays * DAY_SECONDS;
    return remember(ports.tables, memory, chosen, idempotencyKey, ttlSeconds).then((fresh) =>
      parted(items, fresh),
    );
  },
});

const KEYS = {
  all: (json: JsonObject) => valueKey(json),
  selected: (json: JsonObject, fields: readonly string[]) =>
    valueKey(fields.map((field) => fieldAt(json, field) ?? null)),
  allExcept: (json: JsonObject, fields: readonly string[]) => valueKey(fields.reduce(withoutField, json)),
};

const parted = (items: readonly Item[], kept: ReadonlySet<number>) => {
  const main: number[] = [];
  const duplicates: number[] = [];
  for (const index of items.keys()) (kept.has(index) ? main : duplicates).push(index);
  const at = (indexes: readonly number[]) => indexes.flatMap((index) => items[index] ?? []);
  return {
    outputs: { main: at(main), duplicates: at(duplicates) },
    pairing: { main, duplicates },
  };
};

/** Which of the chosen were not there yet. A repeat of the same node run finds its own marks and lets the same through. */
const remember = async (
  tables: TablePort,
  memory: string,
  chosen: ReadonlyMap<string, number>,
  by: string,
  ttlSeconds: number,
): Promise<ReadonlySet<number>> => {
  const fresh = new Set<number>();
  const entries = [...chosen];
  for (let at = 0; at < entries.length; at += LOOKED_UP_AT_ONCE) {
    await Promise.all(
      entries.slice(at, at + LOOKED_UP_AT_ONCE).map(async ([key, index]) => {
        const mark = encode(await hash('sha256', key), 'base64url');
        const { changed } = await tables.change(memory, mark, {
          by,
          once: false,
          ttlSeconds,
          change: (before) => (before === null ? {} : null),
        });
        if (changed) fresh.add(index);
      }),
    );
  }
  return fresh;
};
