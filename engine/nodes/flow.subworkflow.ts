import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { errorOf, joinChildren } from './child-results.ts';
import { defineNode } from './define-node.ts';

/** Whatever a workflow starts is counted: a circle of workflows ends at twenty (see accept.ts). */
const MAX_CALLS = 1_000;

export const workflowToCall = {
  workflowId: z.string().max(64).meta({ title: 'Workflow', description: 'Its id. It must be one of yours.' }),
  version: z
    .union([z.literal('published'), z.int().min(1)])
    .default('published')
    .meta({ title: 'Version', description: 'The published one when it is called, or a fixed one.' }),
};

export const flowSubworkflow = defineNode({
  type: 'flow.subworkflow',
  name: 'Run a workflow',
  description:
    'Runs another workflow of yours from its "When called by a workflow" trigger: once for all items, or for each. Goes on with what it gives, or at once.',
  category: 'Flow',
  icon: 'workflow',
  parameters: z.strictObject({
    ...workflowToCall,
    workflowId: workflowToCall.workflowId.default(''),
    mode: z.enum(['once', 'perItem']).default('once').meta({
      title: 'Mode',
      description: 'Once, with all items; or once for each item, with that item alone.',
    }),
    wait: z.boolean().default(true).meta({
      title: 'Wait',
      description:
        'Goes on with the items of its last node when it has ended; otherwise with its own items at once.',
    }),
    concurrency: z.int().min(1).max(100).default(10).meta({
      title: 'At once',
      description: 'How many run at the same time, of those for each item.',
    }),
  }),
  check: ({ workflowId }) =>
    typeof workflowId === 'string' && workflowId !== ''
      ? []
      : [{ pointer: '/workflowId', message: 'must be the id of a workflow' }],
  example: {
    parameters: { workflowId: 'wf_01jd0000000000000000000000', mode: 'perItem' },
    input: [{ json: { id: 1 } }],
    output: { main: [{ json: { done: true } }] },
  },
  execute: ({ parameters: { workflowId, version, mode, wait, concurrency }, items, onError }) => {
    if (mode === 'perItem' && items.length > MAX_CALLS) {
      throw new NodeError(
        'workflow.tooManyCalls',
        `${items.length} items would start as many executions; ${MAX_CALLS} are allowed.`,
      );
    }
    const all = items.map((_, index) => index);
    const batches = mode === 'once' ? [all] : all.map((index) => [index]);
    return {
      outputs: {},
      wait: {
        kind: 'child',
        children: batches.map((batch) => ({
          kind: 'workflow' as const,
          workflowId,
          version,
          items: batch,
          isAwaited: wait,
        })),
        concurrency,
        stopsAtFailure: onError === 'stop',
      },
    };
  },
  resume: ({ parameters: { mode, wait }, items }, resumption) => {
    const { children, childIds } = resumption;
    const first = children[0] ?? null;
    if (mode === 'once' && first?.status !== 'completed') {
      const { code, message, ...rest } = errorOf(first);
      throw new NodeError(code, message, { details: rest.details ?? { executionId: childIds[0] ?? null } });
    }
    if (wait) return joinChildren(resumption, 'main');
    const started = items.map((item, index) => ({
      ...item,
      json: { ...item.json, executionId: childIds[mode === 'once' ? 0 : index] ?? null },
    }));
    const failed = children.flatMap((child, index) =>
      child?.status === 'completed' ? [] : [{ index, error: errorOf(child) }],
    );
    return {
      outputs: { main: started },
      pairing: { main: 'same' },
      ...(failed.length > 0 ? { itemErrors: failed } : {}),
    };
  },
});
