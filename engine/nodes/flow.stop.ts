import { z } from 'zod';
import { defineNode } from './define-node.ts';

export const flowStop = defineNode({
  type: 'flow.stop',
  name: 'Stop',
  description: 'Ends the execution here and now, as completed or as failed.',
  category: 'Flow',
  icon: 'stop',
  outputs: [],
  parameters: z.strictObject({
    result: z
      .enum(['success', 'error'])
      .default('error')
      .meta({ title: 'Result', description: 'Whether the execution ends as completed or as failed.' }),
    code: z
      .string()
      .min(1)
      .max(128)
      .default('workflow.stopped')
      .meta({ title: 'Code', description: 'What programs tell the error by.' }),
    message: z
      .string()
      .max(10_000)
      .default('The workflow was stopped.')
      .meta({ title: 'Message', description: 'What the execution’s error says.' }),
  }),
  example: {
    parameters: { result: 'error', code: 'order.unknown', message: 'There is no order {{ $json.id }}.' },
    input: [{ json: { id: 7 } }],
    output: {},
  },
  execute: ({ parameters: { result, code, message } }) => ({
    outputs: {},
    stop: { error: result === 'error' ? { code, message } : null },
  }),
});
