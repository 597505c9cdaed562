import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { defineNode, type NodeResult } from './define-node.ts';

export const maxIterations = z.int().min(1).max(100_000).default(10_000).meta({
  title: 'Most iterations',
  description: 'More than this fail the node.',
});

export const flowLoop = defineNode({
  type: 'flow.loop',
  name: 'Loop over items',
  description:
    'Sends its items round in batches, by "loop", and the next batch when the last has come back. Then "done" gives all that came back.',
  category: 'Flow',
  icon: 'repeat',
  // A loop that is switched off hands its items to what follows it.
  outputs: ['done', 'loop'],
  breaksCycle: true,
  iterates: true,
  parameters: z.strictObject({
    batchSize: z
      .int()
      .min(1)
      .max(100_000)
      .default(1)
      .meta({ title: 'Batch size', description: 'Items of one turn.' }),
    maxIterations,
    results: z.enum(['returned', 'original']).default('returned').meta({
      title: 'Results',
      description: 'What "done" gives: all that came back, or the items that went in.',
    }),
  }),
  example: {
    parameters: { batchSize: 2 },
    input: [{ json: { n: 1 } }, { json: { n: 2 } }, { json: { n: 3 } }],
    output: { loop: [{ json: { n: 1 } }, { json: { n: 2 } }] },
  },
  execute: ({ parameters: { batchSize, maxIterations: most, results }, inputs, turn }): NodeResult => {
    const items = (turn.index === 0 ? inputs.main : inputs.origin) ?? [];
    const turns = Math.ceil(items.length / batchSize);
    if (turns > most) {
      throw new NodeError(
        'loop.tooManyIterations',
        `${items.length} items in batches of ${batchSize} take ${turns} iterations; maxIterations allows ${most}.`,
      );
    }
    const from = typeof turn.carry === 'number' ? turn.carry : 0;
    const batch = items.slice(from, from + batchSize);
    if (batch.length > 0) {
      return {
        outputs: { loop: batch },
        pairing: { loop: batch.map((_, index) => from + index) },
        turn: { carry: from + batch.length, collects: results === 'returned' },
      };
    }
    return results === 'returned'
      ? { outputs: {}, collected: 'done' }
      : { outputs: { done: items }, pairing: { done: 'same' } };
  },
});
