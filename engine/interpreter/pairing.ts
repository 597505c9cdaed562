import type { Item } from '../item.ts';
import type { Pairing } from './event.ts';
import { compareRuns } from './place.ts';
import { type ExecutionState, type RunState, runById, runIdsOf } from './state.ts';

/** An input item of a run, by its position through all the run's arrivals. */
interface InputItem {
  readonly run: RunState;
  readonly index: number;
}

/** The item or items of `nodeId` that an input item came from, over the nearest runs of that node. */
export const origins = (state: ExecutionState, from: InputItem, nodeId: string): readonly Item[] => {
  const found = new Set<Item>();
  const seen = new Set<string>();
  const queue = [from];
  for (const input of queue) {
    const key = `${input.run.id}\n${input.index}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const origin = emittedBy(state, input);
    if (!origin) continue;
    if (origin.run.nodeId === nodeId) found.add(origin.item);
    else queue.push(...inputsOf(state, origin).map((index) => ({ run: origin.run, index })));
  }
  return [...found];
};

/** All a node has emitted so far: runs in canonical order, ports in the order of the node's outputs. */
export const emittedItems = (state: ExecutionState, nodeId: string): readonly Item[] => {
  const runs = runIdsOf(state, nodeId)
    .map((id) => runById(state, id))
    .filter((run) => run.status === 'succeeded');
  if (runs.length > 1) runs.sort((left, right) => compareRuns(state, left, right));
  return gather(runs.flatMap((run) => Object.values(run.outputs)));
};

/** How many items have come to a run by all its ports. */
const countInputs = (state: ExecutionState, run: RunState): number =>
  run.inputs.reduce((sum, arrival) => sum + itemsOf(state, arrival.run, arrival.sourcePort).length, 0);

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

interface OutputItem {
  readonly run: RunState;
  readonly port: string;
  readonly index: number;
  readonly item: Item;
}

const emittedBy = (state: ExecutionState, input: InputItem): OutputItem | null => {
  let index = input.index;
  for (const arrival of input.run.inputs) {
    const items = itemsOf(state, arrival.run, arrival.sourcePort);
    const item = items[index];
    if (item) return { run: runById(state, arrival.run), port: arrival.sourcePort, index, item };
    index -= items.length;
  }
  return null;
};

/** The positions of the input items an output item came from. */
const inputsOf = (state: ExecutionState, output: OutputItem): readonly number[] => {
  const pairing = output.run.pairing[output.port] ?? 'all';
  if (pairing === 'same') return [output.index];
  if (pairing === 'all') return Array.from({ length: countInputs(state, output.run) }, (_, index) => index);
  const from = pairing[output.index];
  return typeof from === 'number' ? [from] : (from ?? []);
};
