import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { checkCondition, conditionSchema, holds } from './conditions.ts';
import { defineNode, type NodeResult } from './define-node.ts';
import { maxIterations } from './flow.loop.ts';

const sinceOf = (carry: Json, now: number): number => (typeof carry === 'number' ? carry : now);

export const flowWhile = defineNode({
  type: 'flow.while',
  name: 'Repeat while',
  description:
    'Sends its items round, by "loop", as long as a condition holds for the first of those that came back. Then they leave by "done".',
  category: 'Flow',
  icon: 'refresh',
  outputs: ['done', 'loop'],
  breaksCycle: true,
  iterates: true,
  parameters: z.strictObject({
    condition: conditionSchema.optional(),
    checkFirst: z.boolean().default(true).meta({
      title: 'Check first',
      description: 'Whether the condition is asked before the first iteration, too.',
    }),
    maxIterations,
    maxDurationSeconds: z
      .number()
      .positive()
      .max(365 * 86_400)
      .optional()
      .meta({
        title: 'Longest time',
        description: 'In seconds, from the first iteration on.',
        examples: [3_600],
      }),
    onLimit: z.enum(['error', 'done']).default('error').meta({
      title: 'At the limit',
      description: 'Whether too many iterations, or too long a time, fail the node or end the loop.',
    }),
  }),
  check: ({ condition }) =>
    condition === undefined
      ? [{ pointer: '/condition', message: 'is needed' }]
      : checkCondition(condition, '/condition'),
  example: {
    parameters: { condition: '{{ $json.status = "pending" }}', maxIterations: 100 },
    input: [{ json: { status: 'pending' } }],
    output: { loop: [{ json: { status: 'pending' } }] },
  },
  execute: ({ parameters: given, inputs, turn, ports }) => {
    const items = inputs.main ?? [];
    const now = ports.clock.now();
    const since = sinceOf(turn.carry, now);
    // What came back is counted behind what went in.
    const before = inputs.origin?.length ?? 0;
    const all = (port: string): NodeResult => ({
      outputs: { [port]: items },
      pairing: { [port]: items.map((_, index) => before + index) },
    });
    const isFree = turn.index === 0 && !given.checkFirst;
    if (items.length === 0 || !(isFree || holds(given.condition))) return all('done');
    const isLate = now - since > (given.maxDurationSeconds ?? Infinity) * 1_000;
    if (turn.index < given.maxIterations && !isLate) {
      return { ...all('loop'), turn: { carry: since, collects: false } };
    }
    if (given.onLimit === 'done') return all('done');
    const limit = isLate ? `${given.maxDurationSeconds} s` : `${given.maxIterations} iterations`;
    throw new NodeError('loop.tooManyIterations', `The condition still holds after ${limit}.`);
  },
});
