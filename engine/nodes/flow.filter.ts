import { z } from 'zod';
import { checkCondition, conditionSchema, holds } from './conditions.ts';
import { defineNode, type NodeResult } from './define-node.ts';

export const flowFilter = defineNode({
  type: 'flow.filter',
  name: 'Filter',
  description: 'Lets through the items that meet a condition. The others end here, or leave by "rejected".',
  category: 'Flow',
  icon: 'filter',
  outputs: ({ keepRejected }) => (keepRejected === true ? ['main', 'rejected'] : ['main']),
  mode: 'perItem',
  parameters: z.strictObject({
    condition: conditionSchema.optional(),
    keepRejected: z.boolean().default(false).meta({
      title: 'Keep rejected',
      description: 'Gives the items that do not meet the condition by a port of their own.',
    }),
  }),
  check: ({ condition, keepRejected }) => [
    ...(condition === undefined
      ? [{ pointer: '/condition', message: 'is needed' }]
      : checkCondition(condition, '/condition')),
    ...(typeof keepRejected === 'string'
      ? [
          {
            pointer: '/keepRejected',
            message: 'must be true or false: edges name ports before anything is evaluated',
          },
        ]
      : []),
  ],
  example: {
    parameters: { condition: '{{ $json.total > 100 }}' },
    input: [{ json: { total: 250 } }, { json: { total: 5 } }],
    output: { main: [{ json: { total: 250 } }] },
  },
  execute: ({ parameters: { condition, keepRejected }, items }): NodeResult => {
    if (holds(condition)) return { outputs: { main: items } };
    return { outputs: keepRejected ? { rejected: items } : {} };
  },
});
