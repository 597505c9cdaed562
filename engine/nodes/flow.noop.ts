import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const flowNoop = defineNode({
  type: 'flow.noop',
  name: 'No operation',
  description: 'Passes its items on unchanged: a place to join branches or to write a note.',
  category: 'Flow',
  icon: 'arrow-right',
  parameters: z.strictObject({}),
  example: { parameters: {}, input: [{ json: { a: 1 } }], output: { main: [{ json: { a: 1 } }] } },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});
