import { z } from 'zod';
import type { Json } from '../item.ts';
import { defineNode } from './define-node.ts';
import { fieldAt, fieldPath } from './field-path.ts';
import { compareValues } from './value-order.ts';

const keySchema = z.strictObject({
  field: fieldPath.meta({
    title: 'Field',
    description: 'The field, or path, whose values give the order.',
    examples: ['createdAt'],
  }),
  order: z
    .enum(['ascending', 'descending'])
    .default('ascending')
    .meta({ title: 'Order', description: 'Items without the field come last in both.' }),
  ignoreCase: z
    .boolean()
    .default(false)
    .meta({ title: 'Ignore case', description: 'Takes "b" and "B" for equal.' }),
});

type Key = z.output<typeof keySchema>;

export const dataSort = defineNode({
  type: 'data.sort',
  name: 'Sort',
  description:
    'Orders items by one field or several: numbers by size, texts by their letters; items without the field come last.',
  category: 'Data',
  icon: 'sort',
  parameters: z.strictObject({
    by: z
      .array(keySchema)
      .max(10)
      .default([])
      .meta({ title: 'By', description: 'The first decides; the next ones where the first are equal.' }),
  }),
  check: ({ by }) =>
    Array.isArray(by) && by.length > 0 ? [] : [{ pointer: '/by', message: 'must name a field to sort by' }],
  example: {
    parameters: { by: [{ field: 'total', order: 'descending' }] },
    input: [{ json: { total: 5 } }, { json: { total: 9 } }],
    output: { main: [{ json: { total: 9 } }, { json: { total: 5 } }] },
  },
  execute: ({ parameters: { by }, items }) => {
    // Keys are read once per item and not once per comparison.
    const keyed = items.map((item, index) => ({ item, index, keys: by.map((key) => read(item.json, key)) }));
    keyed.sort((left, right) => compareKeys(by, left.keys, right.keys));
    return {
      outputs: { main: keyed.map(({ item }) => item) },
      pairing: { main: keyed.map(({ index }) => index) },
    };
  },
});

const read = (json: Parameters<typeof fieldAt>[0], { field, ignoreCase }: Key): Json | undefined => {
  const value = fieldAt(json, field);
  return ignoreCase && typeof value === 'string' ? value.toLowerCase() : value;
};

type Values = readonly (Json | undefined)[];

const isMissing = (value: Json | undefined): boolean => value === undefined || value === null;

const compareKeys = (by: readonly Key[], left: Values, right: Values): number => {
  for (const [index, { order }] of by.entries()) {
    const [own, other] = [left[index], right[index]];
    const found = compareValues(own, other);
    // What is missing stays last whichever way the rest is ordered.
    if (found !== 0) return order === 'descending' && !isMissing(own) && !isMissing(other) ? -found : found;
  }
  return 0;
};
