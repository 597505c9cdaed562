import type { PlanNode } from '../compile/plan.ts';
import type { Arrival } from './event.ts';
import { countItems, itemsOf, originsOf, positionsIn } from './pairing.ts';
import type { Place } from './place.ts';
import { dropRuns, type ExecutionState, type MergeGroup, type RunState, runById } from './state.ts';
import { type Collected, ORIGIN_PORT, originArrivals, type Turn, type TurnWish, turnOf } from './turn.ts';

/** Waits for what the turn brings back. The turn ends without anything, too. */
export const expectTurn = (state: ExecutionState, node: PlanNode, run: RunState, wish: TurnWish): void => {
  const place = nextPlace(node, run.place);
  state.waiting.push({ nodeId: node.id, place, arrivals: [], next: { previous: run.id, ...wish } });
};

const nextPlace = (node: PlanNode, place: Place): Place => {
  const depth = node.loops.length;
  return place.map((position, index) => (index === 2 * depth - 1 ? position + 1 : position));
};

/** The inputs of a head's next run, and its turn. `arrivals` are in canonical order. */
export const nextTurn = (
  plan: Nodes & { readonly referenced: ReadonlySet<string> | null },
  state: ExecutionState,
  { previous, carry, collects }: NonNullable<MergeGroup['next']>,
  arrivals: readonly Arrival[],
): { readonly inputs: readonly Arrival[]; readonly turn: Turn } => {
  const before = runById(state, previous);
  const last = turnOf(before);
  const origin = before.turn
    ? originArrivals(before)
    : before.inputs.map((each) => ({ ...each, targetPort: ORIGIN_PORT }));
  const originals = countItems(state, origin);
  const toOriginals = (position: number): readonly number[] => {
    if (position < originals) return [position];
    const from = last.from[position - originals] ?? [];
    return typeof from === 'number' ? [from] : from;
  };
  const head = plan.nodes.get(before.nodeId);
  const asked = [...(head?.loops.at(-1)?.members ?? [])].filter((id) => plan.referenced?.has(id) ?? true);
  const collected = collects ? collectedOf(state, last.loop) : null;
  const from: (number | readonly number[])[] = [];
  for (const arrival of arrivals) {
    const items = itemsOf(state, arrival.run, arrival.sourcePort);
    for (const [index, item] of items.entries()) {
      const positions = new Set(positionsIn(state, before, arrival, index).flatMap(toOriginals));
      const [only, ...more] = positions;
      const came = only !== undefined && more.length === 0 ? only : [...positions];
      from.push(came);
      if (!collected) continue;
      collected.items.push(item);
      collected.from.push(came);
      collected.trails.push(trailOf(state, arrival, index, asked));
    }
  }
  return {
    inputs: [...origin, ...arrivals],
    turn: { index: last.index + 1, carry, from, loop: last.loop },
  };
};

/** What has come back so far; made when it is first asked for. */
export const collectedOf = (state: ExecutionState, loop: string): Collected => {
  const known = state.collected[loop];
  if (known) return known;
  const fresh: Collected = { items: [], from: [], trails: [] };
  state.collected[loop] = fresh;
  return fresh;
};

const trailOf = (
  state: ExecutionState,
  { run: id, sourcePort }: Arrival,
  index: number,
  asked: readonly string[],
): Collected['trails'][number] => {
  if (asked.length === 0) return null;
  const run = runById(state, id);
  const found = asked.map(
    (nodeId) => [nodeId, originsOf(state, { run, port: sourcePort, index }, nodeId)] as const,
  );
  return Object.fromEntries(found.filter(([, items]) => items.length > 0));
};

/**
 * Lets go of the runs of earlier turns, so that a loop needs no more memory the longer it runs. The turn that has just
 * ended stays, and so does what something still under way came from, or what led out of the loop.
 */
export const forgetTurns = (plan: Nodes, state: ExecutionState, head: PlanNode, current: Place): void => {
  const loop = head.loops.at(-1);
  if (state.keepsAll || !loop) return;
  const at = 2 * head.loops.length - 1;
  const oldest = (current[at] ?? 0) - 1;
  const isOld = ({ place }: RunState): boolean =>
    (place[at] ?? 0) < oldest && place.slice(0, at).every((position, index) => position === current[index]);
  const old: RunState[] = [];
  for (const id of loop.members) {
    for (const run of (state.runsOf[`@${id}`] ?? []).map((each) => runById(state, each))) {
      if (isOld(run) && !state.live[run.id] && !leadsOut(plan, run, loop.members)) old.push(run);
    }
  }
  if (old.length === 0) return;
  const needed = ancestors(state, new Set(old.map(({ id }) => id)));
  dropRuns(
    state,
    old.filter(({ id }) => !needed.has(id)),
  );
};

type Nodes = { readonly nodes: ReadonlyMap<string, PlanNode> };

const leadsOut = ({ nodes }: Nodes, run: RunState, inside: ReadonlySet<string>): boolean => {
  for (const [port, edges] of nodes.get(run.nodeId)?.edges ?? []) {
    const emitted = Object.hasOwn(run.outputs, port) && (run.outputs[port]?.length ?? 0) > 0;
    if (emitted && edges.some((edge) => !inside.has(edge.target))) return true;
  }
  return false;
};

/** Of `among`, the runs that what is under way outside of the loop's turns came from. */
const ancestors = (state: ExecutionState, among: ReadonlySet<string>): ReadonlySet<string> => {
  const seen = new Set<string>();
  const found = new Set<string>();
  const queue = [
    ...Object.keys(state.live).flatMap((id) => runById(state, id).inputs),
    ...state.waiting.flatMap((group) => (group.next ? [] : group.arrivals)),
  ].map((arrival) => arrival.run);
  for (const id of queue) {
    const run = state.runs[id];
    if (!run || seen.has(id)) continue;
    seen.add(id);
    if (among.has(id)) found.add(id);
    // A head's run knows by itself which original items what came back was made from.
    const further = run.turn ? originArrivals(run) : run.inputs;
    for (const arrival of further) queue.push(arrival.run);
  }
  return found;
};
