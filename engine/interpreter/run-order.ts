import type { Arrival } from './event.ts';
import { comparePlaces } from './place.ts';
import { type ExecutionState, type RunState, runById } from './state.ts';

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
