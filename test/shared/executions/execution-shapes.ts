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
