import type { Edge } from '../definition.ts';

/** A cycle of the graph with one way in. `position` is the place of its first node in the definition. */
export interface Loop {
  readonly header: string;
  readonly position: number;
  readonly members: ReadonlySet<string>;
}

/**
 * The loops each node stands in, outermost first. A loop is a strongly connected component; without the edges back to its
 * header it falls apart into the loops inside it, and so on. `nodes` are ids in plan order.
 */
export const findLoops = (
  nodes: readonly string[],
  edges: readonly Edge[],
): ReadonlyMap<string, readonly Loop[]> => {
  const positions = new Map(nodes.map((id, index) => [id, index]));
  const nesting = new Map<string, Loop[]>(nodes.map((id) => [id, []]));

  const nest = (members: readonly string[], inside: readonly Edge[]): void => {
    for (const component of stronglyConnected(members, inside)) {
      const within = new Set(component);
      const own = inside.filter((edge) => within.has(edge.source) && within.has(edge.target));
      if (own.length === 0) continue;
      const ordered = members.filter((id) => within.has(id));
      const entered = new Set(inside.filter((edge) => !within.has(edge.source)).map((edge) => edge.target));
      const header = ordered.find((id) => entered.has(id)) ?? ordered[0] ?? '';
      const loop = { header, position: positions.get(ordered[0] ?? '') ?? 0, members: within };
      for (const id of ordered) nesting.get(id)?.push(loop);
      nest(
        ordered,
        own.filter((edge) => edge.target !== header),
      );
    }
  };
  nest(nodes, edges);
  return nesting;
};

/** Tarjan's algorithm (SIAM J. Comput. 1972). Single nodes are components too. */
const stronglyConnected = (nodes: readonly string[], edges: readonly Edge[]): string[][] => {
  const successors = new Map<string, string[]>(nodes.map((id) => [id, []]));
  for (const edge of edges) if (successors.has(edge.target)) successors.get(edge.source)?.push(edge.target);

  const found = new Map<string, { index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const components: string[][] = [];

  const visit = (id: string): { low: number } => {
    const own = { index: found.size, low: found.size, open: true };
    found.set(id, own);
    stack.push(id);
    for (const next of successors.get(id) ?? []) {
      const seen = found.get(next);
      if (!seen) own.low = Math.min(own.low, visit(next).low);
      else if (seen.open) own.low = Math.min(own.low, seen.index);
    }
    if (own.low === own.index) components.push(closeComponent(id));
    return own;
  };
  const closeComponent = (root: string): string[] => {
    const component = stack.splice(stack.lastIndexOf(root));
    for (const id of component) {
      const entry = found.get(id);
      if (entry) entry.open = false;
    }
    return component;
  };

  for (const id of nodes) if (!found.has(id)) visit(id);
  return components;
};
