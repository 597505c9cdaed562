import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const triggerManual = defineNode({
  type: 'trigger.manual',
  name: 'Manual trigger',
  description: 'Starts the workflow when somebody runs it, with the items they give.',
  category: 'Triggers',
  icon: 'play',
  trigger: 'manual',
  parameters: z.strictObject({}),
  example: { parameters: {}, input: [{ json: { id: 1 } }], output: { main: [{ json: { id: 1 } }] } },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});
