import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const triggerWorkflow = defineNode({
  type: 'trigger.workflow',
  name: 'When called by a workflow',
  description: 'Starts the workflow when another one calls it, with the items it is given.',
  category: 'Triggers',
  icon: 'corner-down-right',
  trigger: 'workflow',
  parameters: z.strictObject({}),
  example: { parameters: {}, input: [{ json: { id: 1 } }], output: { main: [{ json: { id: 1 } }] } },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});
