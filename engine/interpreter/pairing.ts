import type { PlanNode } from '../compile/plan.ts';
import type { Item } from '../item.ts';
import type { Arrival, Pairing } from './event.ts';
import { comparePlaces } from './place.ts';
import { compareRuns } from './run-order.ts';
import { type ExecutionState, type RunState, runById, runIdsOf } from './state.ts';
import { originArrivals, turnOf } from './turn.ts';

/** An input item of a run, by its position through all the run's arrivals. */
interface InputItem {
  readonly run: RunState;
  readonly index: number;
}

/** An item that a run has emitted. */
interface OutputItem {
  readonly run: RunState;
  readonly port: string;
  readonly index: number;
}

/** The item or items of `nodeId` that an input item came from, over the nearest runs of that node. */
export const origins = (state: ExecutionState, from: InputItem, nodeId: string): readonly Item[] => {
  const found = new Set(sourcesOf(state, from).flatMap((origin) => originsOf(state, origin, nodeId)));
  return [...found];
};

/** The same of an item that has been emitted, itself included. */
export const originsOf = (state: ExecutionState, from: OutputItem, nodeId: string): readonly Item[] => {
  const found = new Set<Item>();
  walkBack(state, from, (output) => {
    if (output.run.nodeId === nodeId) {
      const item = itemsOf(state, output.run.id, output.port)[output.index];
      if (item) found.add(item);
      return true;
    }
    const trail = trailAt(state, output, nodeId);
    for (const item of trail) found.add(item);
    return trail.length > 0;
  });
  return [...found];
};

/** The positions in the input of `head` that an item which came back to it was made from. */
export const positionsIn = (
  state: ExecutionState,
  head: RunState,
  arrival: Arrival,
  index: number,
): readonly number[] => {
  const found = new Set<number>();
  const from = { run: runById(state, arrival.run), port: arrival.sourcePort, index };
  walkBack(state, from, (output) => {
    if (output.run !== head) return false;
    for (const position of inputsOf(state, output)) found.add(position);
    return true;
  });
  return [...found].sort((left, right) => left - right);
};

/** The positions among what `run` has emitted that an item came from. */
export const indexesAt = (
  state: ExecutionState,
  run: RunState,
  arrival: Arrival,
  index: number,
): readonly number[] => {
  const found = new Set<number>();
  const from = { run: runById(state, arrival.run), port: arrival.sourcePort, index };
  walkBack(state, from, (output) => {
    if (output.run !== run) return false;
    found.add(output.index);
    return true;
  });
  return [...found].sort((left, right) => left - right);
};

/** Goes from an item to those it came from, and on from each for which `isEnd` answers false. */
const walkBack = (state: ExecutionState, from: OutputItem, isEnd: (output: OutputItem) => boolean): void => {
  const seen = new Set<string>();
  const queue = [from];
  for (const output of queue) {
    const key = `${output.run.id}\n${output.port}\n${output.index}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (isEnd(output)) continue;
    for (const index of inputsOf(state, output)) queue.push(...sourcesOf(state, { run: output.run, index }));
  }
};

/** What a loop has kept of the way of an item that it gives in the end. */
const trailAt = (
  state: ExecutionState,
  { run, port, index }: OutputItem,
  nodeId: string,
): readonly Item[] => {
  if (run.collectedPort !== port) return [];
  const trail = state.collected[turnOf(run).loop]?.trails[index];
  return (trail && Object.hasOwn(trail, nodeId) ? trail[nodeId] : undefined) ?? [];
};

/**
 * All a node has emitted so far: runs in canonical order, ports in the order of the node's outputs. Of a node in a loop
 * with a head, which forgets its earlier turns, what it has emitted in the last one.
 */
export const emittedItems = (state: ExecutionState, node: PlanNode): readonly Item[] => {
  let runs = runIdsOf(state, node.id)
    .map((id) => runById(state, id))
    .filter((run) => run.status === 'succeeded' || run.status === 'waiting');
  if (runs.length > 1) runs.sort((left, right) => compareRuns(state, left, right));
  const last = runs.at(-1);
  if (last && node.turns > 0) {
    const turn = last.place.slice(0, 2 * node.turns);
    runs = runs.filter((run) => comparePlaces(run.place.slice(0, 2 * node.turns), turn) === 0);
  }
  return gather(runs.flatMap((run) => Object.values(run.outputs)));
};

/** How many items have come by some arrivals. */
export const countItems = (state: ExecutionState, arrivals: readonly Arrival[]): number => {
  let count = 0;
  for (const arrival of arrivals) {
    if (state.runs[arrival.run]) count += itemsOf(state, arrival.run, arrival.sourcePort).length;
  }
  return count;
};

/** What a run has emitted by a port. A port may be called "constructor". */
export const itemsOf = (state: ExecutionState, run: string, port: string): readonly Item[] => {
  const { outputs } = runById(state, run);
  return (Object.hasOwn(outputs, port) ? outputs[port] : undefined) ?? [];
};

/** Pairing of items put together out of parts, as small as it can be said. */
export const pairingOf = (indexes: readonly number[], inputs: number): Pairing =>
  indexes.length === inputs && indexes.every((from, index) => from === index) ? 'same' : indexes;

/** One list out of several, without a copy when there is only one. */
const gather = (lists: readonly (readonly Item[])[]): readonly Item[] => {
  const filled = lists.filter((list) => list.length > 0);
  return filled.length === 1 ? (filled[0] ?? []) : filled.flat();
};

/** Where an input item was emitted; for one that came back to a loop's head in a turn that is forgotten, where its originals were. */
const sourcesOf = (state: ExecutionState, input: InputItem): readonly OutputItem[] => {
  const origin = emittedBy(state, input);
  if (origin || !input.run.turn) return origin ? [origin] : [];
  const originals = countItems(state, originArrivals(input.run));
  const from = input.run.turn.from[input.index - originals] ?? [];
  return [from].flat().flatMap((index) => emittedBy(state, { run: input.run, index }) ?? []);
};

/** Where an input item was emitted; null where that run has been let go of. */
const emittedBy = (state: ExecutionState, input: InputItem): OutputItem | null => {
  let index = input.index;
  for (const arrival of input.run.inputs) {
    const run = state.runs[arrival.run];
    // Only what came back to a loop's head is let go of before the head's own run, and it comes last.
    if (!run) return null;
    const count = itemsOf(state, arrival.run, arrival.sourcePort).length;
    if (index < count) return { run, port: arrival.sourcePort, index };
    index -= count;
  }
  return null;
};

/** The positions of the input items an output item came from. */
const inputsOf = (state: ExecutionState, output: OutputItem): readonly number[] => {
  const pairing = output.run.pairing[output.port] ?? 'all';
  if (pairing === 'same') return [output.index];
  if (pairing === 'all')
    return Array.from({ length: countItems(state, output.run.inputs) }, (_, index) => index);
  const from = pairing[output.index];
  return typeof from === 'number' ? [from] : (from ?? []);
};
