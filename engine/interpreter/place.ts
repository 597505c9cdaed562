import type { PlanEdge, PlanNode } from '../compile/plan.ts';

/**
 * Where in an execution a run stands: for each loop around its node, outermost first, the loop's position and the
 * iteration; last the node's position. Runs of one node in one iteration have equal places. Comparing places element by
 * element gives the canonical order, which does not depend on timing.
 */
export type Place = readonly number[];

/** The place an item gets to by an edge. */
export const placeAfter = (from: Place, edge: PlanEdge, target: PlanNode): Place => {
  if (edge.shared === 0) return target.place;
  const place = [...target.place];
  for (let depth = 0; depth < edge.shared; depth += 1) place[2 * depth + 1] = from[2 * depth + 1] ?? 0;
  if (edge.goesRound) place[2 * edge.shared - 1] = (place[2 * edge.shared - 1] ?? 0) + 1;
  return place;
};

export const comparePlaces = (left: Place, right: Place): number => {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};
