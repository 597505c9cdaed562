import type { DefinitionNode, Edge } from '../definition.ts';
import type { NodeType } from '../nodes/define-node.ts';
import { type DefinitionProblem, error } from './problem.ts';

/**
 * The nodes between the two ports of a map run as executions of their own: no other edge may lead in or out. What such a
 * body reaches is the body, so an edge that leads out is one that leads in from elsewhere, or to the map itself.
 */
export const checkBodies = (
  nodes: readonly DefinitionNode[],
  edges: readonly Edge[],
  types: ReadonlyMap<string, NodeType>,
): DefinitionProblem[] =>
  nodes.flatMap((node, index) => {
    const type = types.get(node.id);
    const body = type?.body;
    // Without the ports for it the map runs something else.
    if (!type || !body || node.disabled || !type.outputs(node.parameters).includes(body.begins)) return [];
    const isEntry = (edge: Edge) => edge.source === node.id && edge.sourcePort === body.begins;
    const isExit = (edge: Edge) => edge.target === node.id && edge.targetPort === body.ends;
    const members = reached(edges, edges.filter(isEntry), node.id);
    if (!edges.some(isEntry)) {
      const message = `"${node.name}" has nothing to run: connect "${body.begins}", or choose a workflow`;
      return [error('map.noBody', `/nodes/${index}`, message, node.id)];
    }
    return edges.flatMap((edge, at) => {
      if (isEntry(edge) && isExit(edge)) return [];
      const [from, to] = [
        members.has(edge.source) || isEntry(edge),
        members.has(edge.target) || isExit(edge),
      ];
      if (from === to) return [];
      const message = to
        ? `leads into what "${node.name}" runs for each batch, from outside`
        : `leads out of what "${node.name}" runs for each batch; only "${body.ends}" does`;
      return [error('map.crossed', `/edges/${at}`, message, node.id)];
    });
  });

/** What can be reached by some edges without passing the map. */
const reached = (edges: readonly Edge[], first: readonly Edge[], map: string): ReadonlySet<string> => {
  const members = new Set(first.map(({ target }) => target).filter((id) => id !== map));
  for (const id of members) {
    for (const edge of edges) if (edge.source === id && edge.target !== map) members.add(edge.target);
  }
  return members;
};
