import type { DefinitionInput } from '../../../engine/definition.ts';
import { chain, set, webhook } from '../../functions/definitions.ts';

type Node = DefinitionInput['nodes'][number];

const post = (id: string, more: Partial<Node> = {}): Node => ({
  id,
  name: id,
  type: 'http.request',
  parameters: { method: 'POST', url: `https://example.com/${id}` },
  ...more,
});
const read = (id: string): Node => ({ ...post(id), parameters: { url: `https://example.com/${id}` } });
const respond: Node = {
  id: 'respond',
  name: 'Respond',
  type: 'flow.respond',
  parameters: { body: { answer: '{{ $json.n }}' } },
};
const wait: Node = {
  id: 'wait',
  name: 'Wait',
  type: 'flow.wait',
  parameters: { duration: { amount: 1, unit: 'hours' } },
};
const fork: DefinitionInput = {
  nodes: [webhook(), post('left'), post('right'), { id: 'join', name: 'Join', type: 'flow.merge' }],
  edges: [
    { source: 'hook', target: 'left' },
    { source: 'hook', target: 'right' },
    { source: 'left', target: 'join', targetPort: 'input1' },
    { source: 'right', target: 'join', targetPort: 'input2' },
  ],
};

const called: Node = { id: 'called', name: 'Called', type: 'trigger.workflow' };
/** Calls one of `CALLED`, by its name. */
const call = (workflowId: string, more: Partial<Node> = {}): Node => ({
  id: 'call',
  name: 'Call',
  type: 'flow.subworkflow',
  parameters: { workflowId, version: 1 },
  ...more,
});
const replying = webhook({ respond: 'respondNode' });

/** What other workflows call. */
export const CALLED: Readonly<Record<string, DefinitionInput>> = {
  computes: chain(called, set({ n: '{{ $json.n + 1 }}' })),
  reads: chain(called, read('ask')),
  writes: chain(called, post('act')),
  'writes twice': chain(called, post('act'), post('again')),
  waits: chain(called, post('act'), wait, post('again')),
  fails: chain(called, set({ n: '{{ $number("x") }}' })),
  calls: chain(called, call('writes')),
};

/** Executions of workflows that call another one. */
export const CALLERS: Readonly<Record<string, DefinitionInput>> = {
  'calls what computes, and answers': chain(replying, call('computes'), respond),
  'calls what reads, and answers': chain(replying, call('reads'), respond),
  'calls what writes, and answers': chain(replying, call('writes'), respond),
  'calls what waits': chain(webhook(), call('waits')),
  'calls what fails': chain(webhook(), call('fails')),
  'calls what calls': chain(webhook(), post('before'), call('calls'), post('after')),
  'calls for each item': chain(
    webhook(),
    set({ n: '{{ [1, 2] }}' }),
    { id: 'split', name: 'Split', type: 'data.splitOut', parameters: { field: 'n' } },
    call('writes twice', {
      parameters: { workflowId: 'writes twice', version: 1, mode: 'perItem', concurrency: 2 },
    }),
    post('after'),
  ),
};

/** Executions of each way to be stored, by what they do. */
export const SHAPES: Readonly<Record<string, DefinitionInput>> = {
  computes: chain(webhook(), set({ n: '{{ 1 + 1 }}' })),
  answers: chain(webhook({ respond: 'respondNode' }), set({ n: '7' }), respond),
  reads: chain(webhook(), read('one')),
  writes: chain(webhook(), post('one')),
  'writes twice': chain(webhook(), post('one'), post('two')),
  'answers, then writes': chain(webhook({ respond: 'respondNode' }), set({ n: '7' }), respond, post('late')),
  'writes side by side': fork,
  waits: chain(webhook(), wait, set({ n: '1' })),
  fails: chain(webhook(), set({ n: '{{ $number("x") }}' })),
};
