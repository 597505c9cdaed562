import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import { defineNode } from './define-node.ts';
import {
  fieldAt,
  fieldPath,
  isObject,
  lastName,
  onlyFields,
  unusedSelection,
  withField,
  withoutField,
} from './field-path.ts';

const MOST_ITEMS = 100_000;

export const dataSplitOut = defineNode({
  type: 'data.splitOut',
  name: 'Split out',
  description: 'Makes an item of each element of a list.',
  category: 'Data',
  icon: 'split',
  parameters: z.strictObject({
    field: z
      .union([fieldPath, z.literal('')])
      .default('')
      .meta({
        title: 'Field',
        description:
          'The list. A value that is no list counts as a list of one; nothing and null as an empty one.',
        examples: ['body.orders'],
      }),
    keep: z.enum(['none', 'all', 'selected']).default('none').meta({
      title: 'Keep',
      description: 'Which other fields of the item go with each element.',
    }),
    selected: z
      .array(fieldPath)
      .max(200)
      .default([])
      .meta({ title: 'Selected', description: 'Names or paths of the fields that go along.' }),
    destination: fieldPath.optional().meta({
      title: 'Destination',
      description:
        'Where the element goes. Left out: an object becomes the item’s own fields, anything else keeps the name of the list.',
      examples: ['position'],
    }),
  }),
  check: ({ field, keep, selected }) => [
    ...(typeof field === 'string' && field !== ''
      ? []
      : [{ pointer: '/field', message: 'must name the list' }]),
    ...unusedSelection(keep, selected),
  ],
  example: {
    parameters: { field: 'orders', keep: 'selected', selected: ['customer'] },
    input: [{ json: { customer: 'Zoë', orders: [{ id: 1 }, { id: 2 }] } }],
    output: { main: [{ json: { customer: 'Zoë', id: 1 } }, { json: { customer: 'Zoë', id: 2 } }] },
  },
  execute: ({ parameters: { field, keep, selected, destination }, items }) => {
    const main: Item[] = [];
    const pairing: number[] = [];
    for (const [index, item] of items.entries()) {
      const elements = elementsOf(fieldAt(item.json, field));
      if (main.length + elements.length > MOST_ITEMS)
        throw new NodeError('data.tooMany', `The lists have more than ${MOST_ITEMS} elements together.`);
      const others = KEEP[keep](item.json, field, selected);
      for (const element of elements) {
        main.push({ json: placed(others, element, destination, lastName(field)) });
        pairing.push(index);
      }
    }
    return { outputs: { main }, pairing: { main: pairing } };
  },
});

const elementsOf = (value: Json | undefined): readonly Json[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
};

const KEEP = {
  none: (): JsonObject => ({}),
  all: (json: JsonObject, field: string): JsonObject => withoutField(json, field),
  selected: (json: JsonObject, _field: string, selected: readonly string[]): JsonObject =>
    onlyFields(json, selected),
};

const placed = (
  others: JsonObject,
  element: Json,
  destination: string | undefined,
  name: string,
): JsonObject => {
  if (destination !== undefined) return withField(others, destination, element);
  return isObject(element) ? { ...others, ...element } : { ...others, [name]: element };
};
