import { parsePattern } from '../events/pattern.ts';
import { eventParameters } from '../triggers/event-parameters.ts';
import { defineNode } from './define-node.ts';

const placed = {
  version: '0',
  id: 'order-17',
  'detail-type': 'order.placed',
  source: 'shop',
  time: '2026-03-02T08:00:00.000Z',
  resources: [],
  detail: { total: 250 },
};

export const triggerEvent = defineNode({
  type: 'trigger.event',
  name: 'Event',
  description: 'Starts the workflow when an event fits the pattern. Gives the event as one item.',
  category: 'Triggers',
  icon: 'radio',
  trigger: 'event',
  parameters: eventParameters,
  check: ({ pattern }) => {
    if (pattern === undefined) return [];
    const result = parsePattern(pattern);
    return 'problem' in result
      ? [{ pointer: `/pattern${result.problem.pointer}`, message: result.problem.message }]
      : [];
  },
  example: {
    parameters: { pattern: { source: ['shop'], detail: { total: [{ numeric: ['>', 100] }] } } },
    input: [{ json: placed }],
    output: { main: [{ json: placed }] },
  },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});
