import { z } from 'zod';
import { defineNode } from './define-node.ts';

const request = {
  method: 'POST',
  path: 'orders/7',
  params: { id: '7' },
  query: {},
  headers: { 'content-type': 'application/json' },
  body: { total: 250 },
};

/** `orders/:id`: segments of plain characters, or parameters with a name of their own. */
const PATTERN = /^(?:(?::[A-Za-z_][A-Za-z0-9_]{0,63}|[^/:?#\s]+)(?:\/(?!$)|$))*$/;

export const triggerWebhook = defineNode({
  type: 'trigger.webhook',
  name: 'Webhook',
  description:
    'Starts the workflow when its address is called. Gives one item: method, path, params, query, headers, body.',
  category: 'Triggers',
  icon: 'webhook',
  trigger: 'webhook',
  parameters: z.strictObject({
    path: z
      .string()
      .max(255)
      .regex(PATTERN, 'must be segments parted by "/", each plain or a :name, without "?" and "#"')
      .default('')
      .meta({
        title: 'Path',
        description: 'What follows the hook’s own address. A segment that begins with ":" is a parameter.',
        examples: ['orders/:id'],
      }),
    method: z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .default('POST')
      .meta({ title: 'Method', description: 'The only method this trigger takes.' }),
    respond: z.enum(['immediately', 'lastNode', 'respondNode']).default('immediately').meta({
      title: 'Respond',
      description: 'At once with 202; with the items of the last node; or as a Respond node says.',
    }),
  }),
  check: ({ path }) => {
    const names =
      typeof path === 'string' ? path.split('/').filter((segment) => segment.startsWith(':')) : [];
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    const isExpression = typeof path === 'string' && path.includes('{{');
    return [
      ...(twice === undefined ? [] : [{ pointer: '/path', message: `has the parameter ${twice} twice` }]),
      ...(isExpression
        ? [{ pointer: '/path', message: 'must be fixed: nothing is evaluated for a trigger' }]
        : []),
    ];
  },
  example: {
    parameters: { path: 'orders/:id', method: 'POST', respond: 'lastNode' },
    input: [{ json: request }],
    output: { main: [{ json: request }] },
  },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});
