import type { Plan } from './plan.ts';

/** A node and all that items can get to from it. */
export const reachOf = (plan: Plan, nodeId: string): ReadonlySet<string> => {
  const reached = new Set([nodeId]);
  for (const id of reached) {
    const edges = [...(plan.nodes.get(id)?.edges.values() ?? [])].flat();
    for (const { target } of edges) reached.add(target);
  }
  return reached;
};
