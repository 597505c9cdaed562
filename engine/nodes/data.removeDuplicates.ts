import { z } from 'zod';
import type { JsonObject } from '../item.ts';
import { defineNode } from './define-node.ts';
import { fieldAt, fieldPath, withoutField } from './field-path.ts';
import { valueKey } from './value-order.ts';

export const dataRemoveDuplicates = defineNode({
  type: 'data.removeDuplicates',
  name: 'Remove duplicates',
  description:
    'Lets one of several equal items through. Equal is what has the same fields, or the same in some of them.',
  category: 'Data',
  icon: 'copy',
  outputs: ['main', 'duplicates'],
  parameters: z.strictObject({
    compare: z
      .enum(['all', 'selected', 'allExcept'])
      .default('all')
      .meta({ title: 'Compare', description: 'Which fields make two items equal.' }),
    fields: z.array(fieldPath).max(50).default([]).meta({ title: 'Fields' }),
    keep: z.enum(['first', 'last']).default('first').meta({ title: 'Keep' }),
  }),
  check: ({ compare, fields }) =>
    compare !== undefined && compare !== 'all' && !(Array.isArray(fields) && fields.length > 0)
      ? [{ pointer: '/fields', message: 'must name the fields to compare or to leave out' }]
      : [],
  example: {
    parameters: { compare: 'selected', fields: ['mail'] },
    input: [{ json: { id: 1, mail: 'a@example.com' } }, { json: { id: 2, mail: 'a@example.com' } }],
    output: {
      main: [{ json: { id: 1, mail: 'a@example.com' } }],
      duplicates: [{ json: { id: 2, mail: 'a@example.com' } }],
    },
  },
  execute: ({ parameters: { compare, fields, keep }, items }) => {
    const keyOf = KEYS[compare];
    const chosen = new Map<string, number>();
    const keys = items.map(({ json }) => keyOf(json, fields));
    for (const [index, key] of keys.entries())
      if (keep === 'last' || !chosen.has(key)) chosen.set(key, index);
    const isKept = (index: number) => chosen.get(keys[index] ?? '') === index;
    const all = [...items.keys()];
    const [main, duplicates] = [all.filter(isKept), all.filter((index) => !isKept(index))];
    const at = (indexes: readonly number[]) => indexes.flatMap((index) => items[index] ?? []);
    return { outputs: { main: at(main), duplicates: at(duplicates) }, pairing: { main, duplicates } };
  },
});

const KEYS = {
  all: (json: JsonObject) => valueKey(json),
  selected: (json: JsonObject, fields: readonly string[]) =>
    valueKey(fields.map((field) => fieldAt(json, field) ?? null)),
  allExcept: (json: JsonObject, fields: readonly string[]) => valueKey(fields.reduce(withoutField, json)),
};
