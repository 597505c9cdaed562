import { z } from 'zod';
import type { Item, Json } from '../item.ts';
import { defineNode } from './define-node.ts';
import { isObject } from './field-path.ts';

export const dataTransform = defineNode({
  type: 'data.transform',
  name: 'Transform',
  description: 'Makes new items with a JSONata expression: of each item, or of all items at once.',
  category: 'Data',
  icon: 'wand',
  rawParameters: ['result'],
  parameters: z.strictObject({
    result: z
      .json()
      .optional()
      .meta({
        title: 'Result',
        description:
          'An object becomes an item, a list an item each; nothing gives no item. Anything else stands under "data".',
        examples: ['{{ { "name": $uppercase($json.name), "total": $sum($json.lines.price) } }}'],
      }),
    over: z.enum(['each', 'all']).default('each').meta({
      title: 'Over',
      description: 'Evaluated for each item, or once with all of them in $items.',
    }),
  }),
  check: ({ result }) =>
    result === undefined
      ? [{ pointer: '/result', message: 'must be an expression, or JSON that holds some' }]
      : [],
  example: {
    parameters: { result: '{{ { "name": $uppercase($json.name) } }}' },
    input: [{ json: { name: 'zoë' } }],
    output: { main: [{ json: { name: 'ZOË' } }] },
  },
  execute: async ({ parameters: { result, over }, items, evaluate }) => {
    const main: Item[] = [];
    const pairing: number[] = [];
    const count = over === 'all' ? Math.min(items.length, 1) : items.length;
    for (let index = 0; index < count; index += 1) {
      for (const json of objectsOf(await evaluate(result ?? null, index))) {
        main.push({ json });
        pairing.push(index);
      }
    }
    return { outputs: { main }, pairing: { main: over === 'all' ? 'all' : pairing } };
  },
});

const objectsOf = (value: Json | undefined) => {
  if (value === undefined) return [];
  const values: readonly Json[] = Array.isArray(value) ? value : [value as Json];
  return values.map((each) => (isObject(each) ? each : { data: each }));
};
