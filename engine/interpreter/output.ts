import type { ExecutionFinished } from './event.ts';
import { indexesAt, itemsOf, pairingOf } from './pairing.ts';
import { compareArrivals, compareRuns } from './run-order.ts';
import { type ExecutionState, type RunState, runById } from './state.ts';

/**
 * What an execution leaves: the items of its last terminal node run, the last one in canonical order that led nowhere. The
 * body of a map leaves what came to its end, and knows which of its own items that came from.
 */
export const outputOf = (state: ExecutionState): Pick<ExecutionFinished, 'output' | 'pairing'> => {
  if (state.body) return bodyOutput(state, state.body.arrivals);
  let last: RunState | null = null;
  for (const id in state.runs) {
    const run = runById(state, id);
    if (run.status !== 'succeeded' || run.handedOn) continue;
    if (!last || compareRuns(state, run, last) > 0) last = run;
  }
  return { output: Object.values(last?.outputs ?? {}).flat() };
};

const bodyOutput = (
  state: ExecutionState,
  arrivals: NonNullable<ExecutionState['body']>['arrivals'],
): Pick<ExecutionFinished, 'output' | 'pairing'> => {
  const begin = runById(state, state.base?.run ?? state.body?.nodeId ?? '');
  const ordered = arrivals.toSorted((left, right) => compareArrivals(state, left, right));
  const output = ordered.flatMap(({ run, sourcePort }) => itemsOf(state, run, sourcePort));
  const from = ordered.flatMap((arrival) =>
    itemsOf(state, arrival.run, arrival.sourcePort).map((_, index) =>
      indexesAt(state, begin, arrival, index),
    ),
  );
  const single = from.map((indexes) => (indexes.length === 1 ? (indexes[0] ?? 0) : -1));
  const given = Object.values(begin.outputs).flat().length;
  return { output, pairing: single.includes(-1) ? from : pairingOf(single, given) };
};
