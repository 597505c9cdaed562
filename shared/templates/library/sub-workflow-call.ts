import { defineTemplate } from '../define-template.ts';

export const subWorkflowCall = defineTemplate({
  id: 'sub-workflow-call',
  name: 'Call a sub-workflow for each item',
  description:
    'Parts a list of orders into items, runs another workflow of yours for each of them, and answers with the number handled and their sum.',
  category: 'Integration',
  tags: ['sub-workflow', 'reuse', 'nested', 'list', 'webhook', 'orders'],
  nodes: {
    list: {
      name: 'A list arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'lastNode' },
    },
    each: { name: 'Each order', type: 'data.splitOut', parameters: { field: 'body.orders' } },
    handle: {
      name: 'Handle it',
      type: 'flow.subworkflow',
      parameters: { workflowId: '', mode: 'perItem', concurrency: 5 },
    },
    sum: {
      name: 'Sum up',
      type: 'data.summarise',
      parameters: {
        operations: [
          { operation: 'count', as: 'handled' },
          { operation: 'sum', field: 'total', as: 'total' },
        ],
      },
    },
  },
  edges: ['list -> each', 'each -> handle', 'handle -> sum'],
  values: {
    'handle.workflowId': 'The workflow that handles an order; it begins with “When called by a workflow”.',
  },
  sample: [
    {
      body: {
        orders: [
          { id: 1, total: 5 },
          { id: 2, total: 7 },
        ],
      },
    },
  ],
});
