import type { Plan, PlanNode } from '../compile/plan.ts';
import type { Arrival } from './event.ts';
import { comparePlaces, type Place } from './place.ts';
import { compareArrivals } from './run-order.ts';
import { type ExecutionState, type MergeGroup, runById } from './state.ts';
import type { Turn } from './turn.ts';
import { nextTurn } from './turns.ts';

/** The inputs of a merge run that is due. */
export interface DueMerge {
  readonly node: PlanNode;
  readonly place: Place;
  readonly inputs: readonly Arrival[];
  readonly turn?: Turn;
}

/** Puts an arrival with those of the same iteration. */
export const awaitMerge = (state: ExecutionState, node: PlanNode, place: Place, arrival: Arrival): void => {
  const group = state.waiting.find(
    (each) => each.nodeId === node.id && comparePlaces(each.place, place) === 0,
  );
  if (group) group.arrivals.push(arrival);
  else state.waiting.push({ nodeId: node.id, place, arrivals: [arrival] });
};

/**
 * Takes the merges that are due. A group is due when nothing that is still under way can bring it another arrival of its
 * iteration, which is also how branches of different speed always meet in the same pairs. When merges wait for one
 * another and nothing else is left, the first in canonical order goes ahead with what it has.
 */
export const takeDueMerges = (plan: Plan, state: ExecutionState): readonly DueMerge[] => {
  if (state.waiting.length === 0) return [];
  const groups = state.waiting.toSorted((left, right) => comparePlaces(left.place, right.place));
  const due = groups.filter((group) => !canGrow(plan, state, group));
  const first = groups[0];
  if (due.length === 0 && state.liveCount === 0 && first) due.push(first);
  if (due.length === 0) return [];
  state.waiting = state.waiting.filter((group) => !due.includes(group));
  return due.flatMap((group) => combine(plan, state, group));
};

const canGrow = (plan: Plan, state: ExecutionState, group: MergeGroup): boolean => {
  const merge = plan.nodes.get(group.nodeId);
  if (!merge) return false;
  const reaches = (nodeId: string, place: Place) => {
    const node = plan.nodes.get(nodeId);
    return node !== undefined && canReach(node, place, merge, group.place);
  };
  for (const id in state.live) {
    const run = runById(state, id);
    if (reaches(run.nodeId, run.place)) return true;
  }
  return state.waiting.some((other) => other.nodeId !== group.nodeId && reaches(other.nodeId, other.place));
};

/** Whether an item at `node` may come to `merge` in the iteration `goal` says. */
const canReach = (node: PlanNode, place: Place, merge: PlanNode, goal: Place): boolean => {
  let depth = 0;
  while (depth < merge.loops.length && node.loops[depth] === merge.loops[depth]) {
    const ahead = (place[2 * depth + 1] ?? 0) - (goal[2 * depth + 1] ?? 0);
    if (ahead > 0) return false;
    if (ahead < 0) break;
    depth += 1;
  }
  return merge.reachedFrom[depth]?.has(node.id) ?? false;
};

/** A loop takes all that has come, at its beginning and in each turn: one run. */
const headRun = (plan: Plan, state: ExecutionState, node: PlanNode, group: MergeGroup): DueMerge => {
  const inputs = group.arrivals.toSorted((left, right) => compareArrivals(state, left, right));
  const { place } = group;
  return group.next ? { node, place, ...nextTurn(plan, state, group.next, inputs) } : { node, place, inputs };
};

/** The first arrivals of all ports together, then the second ones, and so on, each port in canonical order. */
const combine = (plan: Plan, state: ExecutionState, group: MergeGroup): DueMerge[] => {
  const node = plan.nodes.get(group.nodeId);
  if (!node) return [];
  if (node.isHead) return [headRun(plan, state, node, group)];
  const queues = node.inputs.map((port) =>
    group.arrivals
      .filter((arrival) => arrival.targetPort === port)
      .sort((left, right) => compareArrivals(state, left, right)),
  );
  const rounds = Math.max(...queues.map((queue) => queue.length));
  return Array.from({ length: rounds }, (_, round) => ({
    node,
    place: group.place,
    inputs: queues.flatMap((queue) => queue[round] ?? []),
  }));
};
