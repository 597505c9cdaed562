import { z } from 'zod';
import type { Item, Json, JsonObject } from '../item.ts';
import { defineNode } from './define-node.ts';
import { fieldAt, fieldPath, lastName, sameNames, withField } from './field-path.ts';

const listSchema = z.strictObject({
  field: fieldPath.meta({
    title: 'Field',
    description: 'The field, or path, whose values are collected.',
    examples: ['id'],
  }),
  as: fieldPath.optional().meta({
    title: 'As',
    description: 'The name of the list; the field’s when left out.',
    examples: ['ids'],
  }),
});

export const dataAggregate = defineNode({
  type: 'data.aggregate',
  name: 'Aggregate',
  description: 'Makes one item of all: a list of the items, or a list of the values of each named field.',
  category: 'Data',
  icon: 'layers',
  parameters: z.strictObject({
    fields: z.array(listSchema).max(50).default([]).meta({
      title: 'Fields',
      description: 'A list of values for each. Left empty: one list of whole items.',
    }),
    destination: fieldPath.default('items').meta({
      title: 'Destination',
      description: 'Where the list of whole items goes.',
    }),
    keepMissing: z.boolean().default(false).meta({
      title: 'Keep missing',
      description: 'Puts null where an item has no such field, so that lists have the same length.',
    }),
  }),
  check: ({ fields }) =>
    sameNames(
      (Array.isArray(fields) ? (fields as readonly JsonObject[]) : []).map((each) =>
        String(each?.as ?? lastName(String(each?.field))),
      ),
      (index) => `/fields/${index}/as`,
    ),
  example: {
    parameters: { fields: [{ field: 'id', as: 'ids' }] },
    input: [{ json: { id: 1 } }, { json: { id: 2 } }],
    output: { main: [{ json: { ids: [1, 2] } }] },
  },
  execute: ({ parameters: { fields, destination, keepMissing }, items }) => {
    const json =
      fields.length === 0
        ? withField(
            {},
            destination,
            items.map((item) => item.json),
          )
        : fields.reduce<JsonObject>(
            (lists, { field, as }) =>
              withField(lists, as ?? lastName(field), valuesOf(items, field, keepMissing)),
            {},
          );
    return { outputs: { main: [{ json }] }, pairing: { main: 'all' } };
  },
});

const valuesOf = (items: readonly Item[], field: string, keepMissing: boolean): readonly Json[] =>
  items.flatMap((item): readonly Json[] => {
    const value = fieldAt(item.json, field);
    if (value === undefined || value === null) return keepMissing ? [null] : [];
    return [value];
  });
