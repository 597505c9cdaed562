import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const dataLimit = defineNode({
  type: 'data.limit',
  name: 'Limit',
  description: 'Lets the first or the last items through and drops the rest.',
  category: 'Data',
  icon: 'scissors',
  parameters: z.strictObject({
    count: z
      .int()
      .min(0)
      .default(1)
      .meta({ title: 'Count', description: 'How many items go on at the most.' }),
    keep: z
      .enum(['first', 'last'])
      .default('first')
      .meta({ title: 'Keep', description: 'Whether the first or the last items stay.' }),
  }),
  example: {
    parameters: { count: 1, keep: 'last' },
    input: [{ json: { id: 1 } }, { json: { id: 2 } }],
    output: { main: [{ json: { id: 2 } }] },
  },
  execute: ({ parameters: { count, keep }, items }) => {
    const start = keep === 'first' ? 0 : Math.max(items.length - count, 0);
    const kept = items.slice(start, start + count);
    return { outputs: { main: kept }, pairing: { main: kept.map((_, index) => start + index) } };
  },
});
