import type { Plan, PlanNode } from '../compile/plan.ts';
import { NodeError } from '../errors.ts';
import { referencedNodes } from '../expression/template.ts';
import type { Json } from '../item.ts';
import type { Arrival } from './event.ts';
import { type ExecutionState, emptyState, type RunState, runById } from './state.ts';
import { type Collected, turnOf } from './turn.ts';

/**
 * What the execution of a map's body takes over from the one it is part of: the map's run, and the runs that led to it,
 * so that `$node("…")` and `$trigger` mean in the body what they mean outside.
 */
interface Base {
  readonly schema: 1;
  readonly run: string;
  readonly inputs: readonly Arrival[];
  readonly triggerRun: string | null;
  readonly runs: readonly RunState[];
  /** How many runs loops have let go of, and the ways of what they gave. */
  readonly dropped: ExecutionState['dropped'];
  readonly trails: Readonly<Record<string, Collected['trails']>>;
}

/** All that led to a map's run; only the trigger's first item where no expression in the body asks for more. */
export const makeBase = (plan: Plan, state: ExecutionState, map: PlanNode, run: RunState): Json => {
  const { triggerRun } = state;
  const readsMore = looksOut(plan, map);
  const runs = readsMore ? ancestors(state, run) : [];
  const trigger = triggerRun === null || runs.some(({ id }) => id === triggerRun) ? undefined : triggerRun;
  const base: Base = {
    schema: 1,
    run: run.id,
    inputs: readsMore ? run.inputs : [],
    triggerRun,
    dropped: state.dropped,
    trails: Object.fromEntries(
      runs.flatMap((each): [string, Collected['trails']][] => {
        const { loop } = turnOf(each);
        const kept = each.collectedPort === undefined ? undefined : state.collected[loop];
        return kept ? [[loop, kept.trails]] : [];
      }),
    ),
    runs: trigger === undefined ? runs : [...runs, firstItemOnly(runById(state, trigger))],
  };
  return base as unknown as Json;
};

/** Throws NodeError `payload.corrupt` for a base that a later release has written. */
export const stateFrom = (written: Json): ExecutionState => {
  const base = written as unknown as Base;
  if (base.schema !== 1) {
    throw new NodeError(
      'payload.corrupt',
      'What the parent has left for the body of its map cannot be read.',
    );
  }
  const state = emptyState();
  state.triggerRun = base.triggerRun;
  state.base = { run: base.run, inputs: base.inputs };
  Object.assign(state.dropped, base.dropped);
  for (const [loop, trails] of Object.entries(base.trails)) {
    state.collected[loop] = { items: [], from: [], trails: [...trails] };
  }
  for (const run of base.runs) {
    state.runs[run.id] = run;
    const ids = state.runsOf[`@${run.nodeId}`] ?? [];
    state.runsOf[`@${run.nodeId}`] = [...ids, run.id];
  }
  return state;
};

/** Whether an expression in the body names a node outside of it. */
const looksOut = (plan: Plan, map: PlanNode): boolean => {
  if (plan.referenced === null) return true;
  const members = nodesOfBody(plan, map);
  return [...members].some((id) => {
    const node = plan.nodes.get(id);
    const templates = node ? [node.parameters, ...node.rawTemplates.values()] : [];
    const names = templates.flatMap(referencedNodes);
    return names.some((name) => !members.has(plan.byName.get(name)?.id ?? ''));
  });
};

/** The ids of the nodes between a map's two ports. */
export const nodesOfBody = (plan: Plan, map: PlanNode): ReadonlySet<string> => {
  const first = map.edges.get(map.type.body?.begins ?? '') ?? [];
  const members = new Set(first.map(({ target }) => target));
  for (const id of members) {
    for (const { target } of [...(plan.nodes.get(id)?.edges.values() ?? [])].flat()) {
      if (target !== map.id) members.add(target);
    }
  }
  return members;
};

const ancestors = (state: ExecutionState, run: RunState): RunState[] => {
  const found = new Set<RunState>();
  const queue = run.inputs.map((arrival) => arrival.run);
  for (const id of queue) {
    const known = state.runs[id];
    if (!known || found.has(known)) continue;
    found.add(known);
    queue.push(...known.inputs.map((arrival) => arrival.run));
  }
  return [...found];
};

const firstItemOnly = (run: RunState): RunState => ({
  ...run,
  outputs: Object.fromEntries(Object.entries(run.outputs).map(([port, items]) => [port, items.slice(0, 1)])),
});
