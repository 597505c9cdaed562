import type { DefinitionInput } from '../../engine/definition.ts';

type Node = DefinitionInput['nodes'][number];

/** Nodes behind a chain's first ones, whose cost is what a node costs. */
export const CHAIN_NODES = 48;
const HTTP_STEPS = 10;

const named = (name: string, nodes: readonly Node[]) => ({
  name,
  definition: {
    nodes,
    edges: nodes.slice(1).map((node, index) => ({ source: nodes[index]?.id, target: node.id })),
  },
});

const hook = (respond: string): Node => ({
  id: 'hook',
  name: 'Hook',
  type: 'trigger.webhook',
  parameters: { method: 'POST', respond },
});

const set = (id: string, fields: Record<string, string>): Node => ({
  id,
  name: id,
  type: 'data.set',
  parameters: { keep: 'none', fields: Object.entries(fields).map(([name, value]) => ({ name, value })) },
});

export const chainOfSets = (nodes: number) =>
  named('Chain', [
    hook('lastNode'),
    set('s0', { n: '{{ $json.body.n }}' }),
    ...Array.from({ length: nodes - 1 }, (_, each) => set(`s${each + 1}`, { n: '{{ $json.n }}' })),
  ]);

/** Each call is an effect: its start is on disk before, its result before the next. */
export const tenCalls = (url: string, method = 'POST') =>
  named('Calls', [
    hook('lastNode'),
    ...Array.from(
      { length: HTTP_STEPS },
      (_, each): Node => ({
        id: `c${each}`,
        name: `Call ${each}`,
        type: 'http.request',
        parameters: { method, url: `${url}${each}` },
      }),
    ),
  ]);

export const sleeper = (milliseconds: number) =>
  named('Sleeper', [
    hook('immediately'),
    set('before', { slept: '{{ $now }}' }),
    {
      id: 'wait',
      name: 'Wait',
      type: 'flow.wait',
      parameters: { duration: { amount: milliseconds / 1000, unit: 'seconds' } },
    },
    set('after', { slept: '{{ $json.slept }}', woke: '{{ $now }}' }),
  ]);
