import type { Item } from '../item.ts';
import { compareRuns } from './place.ts';
import { type ExecutionState, type RunState, runById } from './state.ts';

/** What an execution leaves: the items of its last terminal node run, the last one in canonical order that led nowhere. */
export const outputOf = (state: ExecutionState): readonly Item[] => {
  let last: RunState | null = null;
  for (const id in state.runs) {
    const run = runById(state, id);
    if (run.status !== 'succeeded' || run.handedOn) continue;
    if (!last || compareRuns(state, run, last) > 0) last = run;
  }
  return Object.values(last?.outputs ?? {}).flat();
};
