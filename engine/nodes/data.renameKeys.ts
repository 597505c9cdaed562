import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { defineNode } from './define-node.ts';
import { fieldAt, fieldPath, withField, withoutField } from './field-path.ts';

const renameSchema = z.strictObject({
  from: fieldPath.meta({
    title: 'From',
    description: 'The name or path a field has.',
    examples: ['customer_name'],
  }),
  to: fieldPath.meta({ title: 'To', description: 'The name or path it gets.', examples: ['customer.name'] }),
});

export const dataRenameKeys = defineNode({
  type: 'data.renameKeys',
  name: 'Rename fields',
  description: 'Gives fields of each item other names; paths move values to another place.',
  category: 'Data',
  icon: 'tag',
  mode: 'perItem',
  parameters: z.strictObject({
    fields: z
      .array(renameSchema)
      .max(200)
      .default([])
      .meta({ title: 'Fields', description: 'What is renamed, one after the other.' }),
    ifMissing: z
      .enum(['skip', 'fail'])
      .default('skip')
      .meta({ title: 'If missing', description: 'What to do where an item has no such field.' }),
  }),
  check: ({ fields }) =>
    Array.isArray(fields) && fields.length > 0
      ? []
      : [{ pointer: '/fields', message: 'must name a field to rename' }],
  example: {
    parameters: { fields: [{ from: 'mail', to: 'contact.email' }] },
    input: [{ json: { id: 1, mail: 'z@example.com' } }],
    output: { main: [{ json: { id: 1, contact: { email: 'z@example.com' } } }] },
  },
  execute: ({ parameters: { fields, ifMissing }, items: [item = { json: {} }] }) => {
    // All are read before any is written: two fields can change places.
    const moves = fields.map(({ from, to }) => ({ from, to, value: fieldAt(item.json, from) }));
    let json = item.json;
    for (const { from, value } of moves) {
      if (value !== undefined) json = withoutField(json, from);
      else if (ifMissing === 'fail') throw new NodeError('data.missing', `The item has no field "${from}".`);
    }
    for (const { to, value } of moves) if (value !== undefined) json = withField(json, to, value);
    return { outputs: { main: [{ ...item, json }] } };
  },
});
