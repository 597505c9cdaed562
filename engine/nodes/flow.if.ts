import { z } from 'zod';
import { checkCondition, conditionSchema, holds } from './conditions.ts';
import { defineNode } from './define-node.ts';

export const flowIf = defineNode({
  type: 'flow.if',
  name: 'If',
  description: 'Sends each item to "true" or to "false".',
  category: 'Flow',
  icon: 'split',
  outputs: ['true', 'false'],
  mode: 'perItem',
  parameters: z.strictObject({ condition: conditionSchema.optional() }),
  check: ({ condition }) =>
    condition === undefined
      ? [{ pointer: '/condition', message: 'is needed' }]
      : checkCondition(condition, '/condition'),
  example: {
    parameters: { condition: '{{ $json.total > 100 }}' },
    input: [{ json: { total: 250 } }, { json: { total: 5 } }],
    output: { true: [{ json: { total: 250 } }], false: [{ json: { total: 5 } }] },
  },
  execute: ({ parameters, items }) => ({ outputs: { [String(holds(parameters.condition))]: items } }),
});
