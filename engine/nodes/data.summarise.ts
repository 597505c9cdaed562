import { z } from 'zod';
import { defineNode } from './define-node.ts';
import { checkOperations, makeSummary, summaryParameters } from './summary.ts';

export const dataSummarise = defineNode({
  type: 'data.summarise',
  name: 'Summarise',
  description:
    'Parts items into groups and gives one item for each: counts, sums, averages, extremes, lists.',
  category: 'Data',
  icon: 'sigma',
  parameters: z.strictObject(summaryParameters),
  check: ({ groupBy, operations }) => [
    ...checkOperations(operations, '/operations'),
    ...((Array.isArray(operations) && operations.length > 0) || (Array.isArray(groupBy) && groupBy.length > 0)
      ? []
      : [{ pointer: '/operations', message: 'must say what to make of the items' }]),
  ],
  example: {
    parameters: { groupBy: ['country'], operations: [{ operation: 'sum', field: 'total', as: 'revenue' }] },
    input: [
      { json: { country: 'PT', total: 5 } },
      { json: { country: 'DE', total: 1 } },
      { json: { country: 'PT', total: 7 } },
    ],
    output: { main: [{ json: { country: 'PT', revenue: 12 } }, { json: { country: 'DE', revenue: 1 } }] },
  },
  execute: ({ parameters, items }) => {
    const summary = makeSummary(parameters, true);
    for (const { json } of items) summary.add(json);
    const rows = summary.rows();
    return {
      outputs: { main: rows.map(({ json }) => ({ json })) },
      pairing: { main: rows.map(({ members }) => members) },
    };
  },
});
