import { z } from 'zod';
import { defineNode } from './define-node.ts';

const failure = {
  execution: {
    id: 'exec_01k0a1b2c3d4e5f6g7h8j9k0mn',
    startedAt: '2026-01-05T09:00:00.000Z',
    finishedAt: '2026-01-05T09:00:02.500Z',
    triggerType: 'webhook',
    retryOf: null,
  },
  workflow: { id: 'wf_01k0a1b2c3d4e5f6g7h8j9k0mn', name: 'Orders', version: 3 },
  error: { code: 'http.status', message: 'The server answered 503.', nodeId: 'call' },
};

export const triggerError = defineNode({
  type: 'trigger.error',
  name: 'Error trigger',
  description:
    'Starts the workflow when an execution of another one fails that names it in settings.errorWorkflowId. Brings one item: the execution, its workflow and the error.',
  category: 'Triggers',
  icon: 'alert',
  trigger: 'error',
  parameters: z.strictObject({}),
  example: { parameters: {}, input: [{ json: failure }], output: { main: [{ json: failure }] } },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});
