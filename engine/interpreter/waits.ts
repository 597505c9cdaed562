import type { Resumption } from '../nodes/define-node.ts';
import type { WaitInfo } from '../ports.ts';
import { type ExecutionState, type RunState, runById, type WaitState } from './state.ts';

export type WaitingRun = RunState & { readonly wait: WaitState };

export const isWaiting = (run: RunState): run is WaitingRun =>
  run.status === 'waiting' && run.wait !== undefined;

/** The runs that wait, in the order they came to be. */
export const waitingRuns = (state: ExecutionState): readonly WaitingRun[] => {
  if (state.waitingCount === 0) return [];
  return Object.keys(state.live)
    .map((id) => runById(state, id))
    .filter(isWaiting);
};

/** The name of the wait a run asks for next: known before the run shows it to anybody, and the same after a crash. */
export const nextWaitId = (run: RunState): string => `${run.id}.${run.wait ? run.wait.earlier + 1 : 0}`;

/** What `resume` is told; null for a run that has not waited. */
export const resumptionOf = ({ wait }: RunState): Resumption | null => {
  if (!wait?.reason) return null;
  const { reason, results, childIds } = wait;
  const calls = wait.wait.kind === 'child' ? wait.wait.children : [];
  return { reason, notes: wait.wait.notes ?? null, calls, children: results, childIds };
};

/** When the first wait ends by itself after a moment; null when none does. */
export const nextWaitEnd = (state: ExecutionState, after: number): number | null => {
  let next: number | null = null;
  for (const { wait } of waitingRuns(state)) {
    const until = wait.wait.kind === 'child' ? nextRetry(wait, after) : wait.wait.until;
    if (until !== null && until > after && (next === null || until < next)) next = until;
  }
  return next;
};

/** When the next child that failed is begun anew. */
const nextRetry = ({ results, childIds, startAt }: WaitState, after: number): number | null => {
  const open = startAt.filter(
    (at, index) => at > Math.max(0, after) && results[index] === null && childIds[index] === null,
  );
  return open.length === 0 ? null : Math.min(...open);
};

/** What people are told of a parked execution: of several waits the one that ends first. */
export const waitInfoOf = (state: ExecutionState, retryAt: number | null): WaitInfo => {
  const infos: WaitInfo[] = waitingRuns(state).map(({ nodeId, wait: { wait } }) => ({
    kind: wait.kind,
    until: wait.until,
    nodeId,
    ...('url' in wait ? { resumeUrl: wait.url } : {}),
  }));
  if (retryAt !== null) infos.push({ kind: 'retry', until: retryAt });
  const [first, ...others] = infos;
  if (!first) return { kind: 'retry', until: retryAt };
  return others.reduce(
    (best, each) => ((each.until ?? Infinity) < (best.until ?? Infinity) ? each : best),
    first,
  );
};
