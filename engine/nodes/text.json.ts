import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { defineTextNode, textOf } from './text-node.ts';

export const textJson = defineTextNode({
  type: 'text.json',
  name: 'JSON',
  description: 'Reads JSON text, or writes a value as JSON text.',
  icon: 'braces',
  shape: {
    operation: z
      .enum(['parse', 'build'])
      .default('parse')
      .meta({ title: 'Operation', description: 'Reads JSON, or writes it.' }),
    indent: z.int().min(0).max(8).default(0).meta({
      title: 'Indent',
      description: 'Spaces per level; 0 writes one line.',
    }),
  },
  example: {
    parameters: { value: '{{ $json.body }}' },
    input: [{ json: { body: '{"id":7}' } }],
    output: { main: [{ json: { body: '{"id":7}', data: { id: 7 } } }] },
  },
  convert: async (value, { operation, indent }) =>
    operation === 'build' ? JSON.stringify(value, null, indent) : parse(textOf(value, 'JSON')),
});

const parse = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NodeError('text.invalid', `The text is no JSON: ${(cause as Error).message}`, { cause });
  }
};
