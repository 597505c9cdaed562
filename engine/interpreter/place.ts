import type { PlanEdge, PlanNode } from '../compile/plan.ts';
import type { Arrival } from './event.ts';
import { type ExecutionState, type RunState, runById } from './state.ts';

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

/** Canonical order of runs. In one place they are ordered by where their items came from. */
export const compareRuns = (state: ExecutionState, left: RunState, right: RunState): number => {
  let [one, other] = [left, right];
  for (;;) {
    const byPlace = comparePlaces(one.place, other.place);
    if (byPlace !== 0) return byPlace;
    const apart = one.inputs.findIndex((arrival, index) => !isSame(arrival, other.inputs[index]));
    const [a, b] = [one.inputs[apart], other.inputs[apart]];
    if (!a || !b) return one.inputs.length - other.inputs.length;
    if (a.run === b.run) return a.sourcePort + a.targetPort < b.sourcePort + b.targetPort ? -1 : 1;
    one = runById(state, a.run);
    other = runById(state, b.run);
  }
};

const isSame = (a: Arrival, b: Arrival | undefined): boolean =>
  a.run === b?.run && a.sourcePort === b.sourcePort && a.targetPort === b.targetPort;

/** Canonical order of what came to one port. */
export const compareArrivals = (state: ExecutionState, left: Arrival, right: Arrival): number =>
  left.run === right.run
    ? Number(left.sourcePort > right.sourcePort) - Number(left.sourcePort < right.sourcePort)
    : compareRuns(state, runById(state, left.run), runById(state, right.run));
