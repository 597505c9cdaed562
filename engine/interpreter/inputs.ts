import { type Item, MAIN_PORT, type PortItems } from '../item.ts';
import { itemsOf } from './pairing.ts';
import type { ExecutionState, RunState } from './state.ts';

/** A run's items by input port, by reference: nobody changes an item. */
export const inputsOf = (state: ExecutionState, run: RunState): PortItems => {
  const inputs: Record<string, readonly Item[]> = {};
  for (const arrival of run.inputs) {
    const items = itemsOf(state, arrival.run, arrival.sourcePort);
    const earlier = inputs[arrival.targetPort];
    inputs[arrival.targetPort] = earlier ? [...earlier, ...items] : items;
  }
  return inputs;
};

/** The items a node works on: those of `main`, or of the first port with any. */
export const mainItems = (inputs: PortItems): readonly Item[] =>
  inputs[MAIN_PORT] ?? Object.values(inputs)[0] ?? [];
