import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, onlyFields, unusedSelection, withField } from './field-path.ts';

type Convert = (value: Json, name: string) => Json;

const refuse = (value: Json, name: string, type: string): never => {
  throw new NodeError(
    'data.type',
    `Field ${name}: expected ${type}, got ${JSON.stringify(value)?.slice(0, 200)}.`,
  );
};

const parsed = (value: Json, name: string, type: string, fits: (value: unknown) => boolean): Json => {
  if (typeof value !== 'string') return fits(value) ? value : refuse(value, name, type);
  try {
    const read: Json = JSON.parse(value);
    return fits(read) ? read : refuse(value, name, type);
  } catch {
    return refuse(value, name, type);
  }
};

/** Text that says a value of the type becomes that value; what does not fit is an error, never a guess. */
const CONVERT = {
  auto: (value) => value,
  string: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
  number: (value, name) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : refuse(value, name, 'a number');
  },
  boolean: (value, name) => {
    if (typeof value === 'boolean') return value;
    if (value === 'true') return true;
    return value === 'false' ? false : refuse(value, name, 'true or false');
  },
  object: (value, name) =>
    parsed(
      value,
      name,
      'an object',
      (read) => typeof read === 'object' && read !== null && !Array.isArray(read),
    ),
  array: (value, name) => parsed(value, name, 'a list', Array.isArray),
} satisfies Record<string, Convert>;

type FieldType = keyof typeof CONVERT;

const fieldSchema = z.strictObject({
  name: fieldPath.meta({
    title: 'Name',
    description: 'A field, or a path such as customer.address.city.',
    examples: ['total', 'customer.address.city'],
  }),
  type: z
    .enum(Object.keys(CONVERT) as [FieldType, ...FieldType[]])
    .default('auto')
    .meta({
      title: 'Type',
      description: 'What the value is turned into, or must be; auto takes it as it comes.',
    }),
  value: z
    .json()
    .optional()
    .meta({
      title: 'Value',
      description: 'Left out where the expression gives nothing.',
      examples: ['{{ $json.price * $json.count }}'],
    }),
});

export const dataSet = defineNode({
  type: 'data.set',
  name: 'Set fields',
  description: 'Adds fields to each item, or replaces them; keeps the other fields, none, or some.',
  category: 'Data',
  icon: 'pencil',
  mode: 'perItem',
  parameters: z.strictObject({
    fields: z
      .array(fieldSchema)
      .max(200)
      .default([])
      .meta({ title: 'Fields', description: 'What is added or replaced, one after the other.' }),
    keep: z
      .enum(['all', 'none', 'selected'])
      .default('all')
      .meta({ title: 'Keep', description: 'Which of the item’s own fields stay.' }),
    selected: z
      .array(fieldPath)
      .max(200)
      .default([])
      .meta({
        title: 'Selected',
        description: 'Names or paths of the fields that stay.',
        examples: [['id', 'customer.name']],
      }),
  }),
  check: ({ keep, selected }) => unusedSelection(keep, selected),
  example: {
    parameters: {
      fields: [{ name: 'customer.name', type: 'string', value: '{{ $json.first }}' }],
      keep: 'none',
    },
    input: [{ json: { first: 'Zoë', last: 'K' } }],
    output: { main: [{ json: { customer: { name: 'Zoë' } } }] },
  },
  execute: ({ parameters: { fields, keep, selected }, items: [item = { json: {} }] }) => {
    let json = kept(item.json, keep, selected);
    for (const { name, type, value } of fields) {
      if (value !== undefined) json = withField(json, name, CONVERT[type](value, name));
    }
    return { outputs: { main: [{ ...item, json }] } };
  },
});

const kept = (
  json: JsonObject,
  keep: 'all' | 'none' | 'selected',
  selected: readonly string[],
): JsonObject => {
  if (keep === 'all') return json;
  return keep === 'none' ? {} : onlyFields(json, selected);
};
