import type { Item, Json } from '../item.ts';
import type { Arrival } from './event.ts';

/** The port by which a loop's head gets, from its second turn on, what it was given at first. */
export const ORIGIN_PORT = 'origin';

/** Which turn of its loop a head's run is. */
export interface Turn {
  /** From 0. */
  readonly index: number;
  /** What the head has noted for this turn in the one before. */
  readonly carry: Json;
  /** For each item that came back the positions of the original items it came from. */
  readonly from: readonly (number | readonly number[])[];
  /** The head's first run, which stands for the loop. */
  readonly loop: string;
}

/** What came back in all turns of a loop, where its head wants it in the end: by reference, in the order of the turns. */
export interface Collected {
  readonly items: Item[];
  /** For each the positions of the original items it came from. */
  readonly from: (number | readonly number[])[];
  /** For each the items of nodes in the loop that it came from, by node, as far as some expression asks for them. */
  readonly trails: (Readonly<Record<string, readonly Item[]>> | null)[];
}

export const turnOf = (run: { readonly id: string; readonly turn?: Turn }): Turn =>
  run.turn ?? { index: 0, carry: null, from: [], loop: run.id };

/** Of a head's later run: the arrivals its loop began with. They come first. */
export const originArrivals = (run: { readonly inputs: readonly Arrival[] }): readonly Arrival[] =>
  run.inputs.filter((each) => each.targetPort === ORIGIN_PORT);

/** What a head has decided: it goes on in another turn once nothing of this one can come back any more. */
export interface TurnWish {
  readonly carry: Json;
  /** Whether what comes back is kept for the end. */
  readonly collects: boolean;
}
