import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { JsonObject } from '../item.ts';
import { inBatches, joinChildren } from './child-results.ts';
import { defineNode } from './define-node.ts';
import { workflowToCall } from './flow.subworkflow.ts';

const MAX_BATCHES = 10_000;

const callsWorkflow = ({ workflowId }: JsonObject): boolean =>
  typeof workflowId === 'string' && workflowId !== '';

export const flowMap = defineNode({
  type: 'flow.map',
  name: 'Map',
  description:
    'Runs the nodes between "item" and "collect", or another workflow, for each batch of its items, several at once, each an execution of its own. Then "done" gives what came to "collect".',
  category: 'Flow',
  icon: 'layers',
  // A map that is switched off hands its items to what follows it.
  outputs: (written) => (callsWorkflow(written) ? ['done'] : ['done', 'item']),
  inputs: (written) => (callsWorkflow(written) ? ['main'] : ['main', 'collect']),
  breaksCycle: true,
  body: { begins: 'item', ends: 'collect' },
  parameters: z.strictObject({
    batchSize: z
      .int()
      .min(1)
      .max(10_000)
      .default(1)
      .meta({ title: 'Batch size', description: 'Items of one batch.' }),
    concurrency: z.int().min(1).max(100).default(10).meta({
      title: 'At once',
      description: 'How many batches run at the same time.',
    }),
    workflowId: workflowToCall.workflowId.default('').meta({
      title: 'Workflow',
      description: 'Instead of the nodes behind "item": a workflow that runs for each batch.',
    }),
    version: workflowToCall.version,
  }),
  example: {
    parameters: { batchSize: 2, concurrency: 5 },
    input: [{ json: { n: 1 } }, { json: { n: 2 } }],
    output: { done: [{ json: { n: 1 } }, { json: { n: 2 } }] },
  },
  execute: ({ parameters: { batchSize, concurrency, workflowId, version }, items, onError }) => {
    const batches = inBatches(items.length, batchSize);
    if (batches.length > MAX_BATCHES) {
      throw new NodeError(
        'map.tooManyBatches',
        `${items.length} items make ${batches.length} batches; ${MAX_BATCHES} are allowed.`,
      );
    }
    return {
      outputs: {},
      wait: {
        kind: 'child',
        children: batches.map((batch) =>
          workflowId === ''
            ? { kind: 'body' as const, items: batch }
            : { kind: 'workflow' as const, workflowId, version, items: batch, isAwaited: true },
        ),
        concurrency,
        stopsAtFailure: onError === 'stop',
      },
    };
  },
  resume: (_call, resumption) => joinChildren(resumption, 'done'),
});
