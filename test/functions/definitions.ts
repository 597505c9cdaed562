import type { DefinitionInput } from '../../engine/definition.ts';

type Node = DefinitionInput['nodes'][number];

/** Nodes one after the other, each an edge from the last. */
export const chain = (...nodes: Node[]): DefinitionInput => ({
  nodes,
  edges: nodes.slice(1).map((node, index) => ({ source: nodes[index]?.id ?? '', target: node.id })),
});

export const manual: Node = { id: 'start', name: 'Start', type: 'trigger.manual' };

export const webhook = (parameters: Record<string, string> = {}): Node => ({
  id: 'hook',
  name: 'Hook',
  type: 'trigger.webhook',
  parameters: { path: '', method: 'POST', respond: 'lastNode', ...parameters },
});

export const set = (fields: Record<string, string>): Node => ({
  id: 'set',
  name: 'Set',
  type: 'data.set',
  parameters: { keep: 'none', fields: Object.entries(fields).map(([name, value]) => ({ name, value })) },
});

/** Calls out, and so takes as long as the other side does. */
export const callOut: Node = {
  id: 'call',
  name: 'Call',
  type: 'http.request',
  parameters: { method: 'POST', url: 'https://example.com/' },
};
