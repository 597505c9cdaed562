import { overLimit } from './limits.ts';
import { isNodeView } from './node-named.ts';

/** What a value may weigh: about one for each value in it, and one for every 16 characters. */
const MAX_WEIGHT = 1_000_000;

/** Values are never changed once made, so a weight found stays right, from one evaluation to the next. */
const known = new WeakMap<object, number>();

/**
 * Refuses a value that is small in memory and vast when it is walked, as one that holds itself twice over, thirty times: comparing,
 * copying or writing it down would never end, and JSONata does not look at its clock meanwhile.
 */
export const withinWeight = (value: unknown): void => {
  if (typeof value === 'object' && value !== null) weigh(value);
};

const weigh = (value: unknown): number => {
  if (typeof value === 'string') return 1 + value.length / 16;
  if (typeof value !== 'object' || value === null || isOpaque(value)) return 1;
  const found = known.get(value);
  if (found !== undefined) return found;
  let weight = 1;
  let isNested = false;
  for (const each of Array.isArray(value) ? value : Object.values(value)) {
    weight += weigh(each);
    isNested ||= typeof each === 'object';
    if (weight > MAX_WEIGHT)
      throw overLimit(`An expression may build a value of about ${MAX_WEIGHT} parts; this would have more.`);
  }
  // Weighing a flat value again is cheaper than remembering it, unless it is long.
  if (isNested || weight > 32) known.set(value, weight);
  return weight;
};

/** Functions refer to where they were made, which refers to them; a node's items are looked for only when asked for. */
const isOpaque = (value: object): boolean =>
  '_jsonata_lambda' in value || '_jsonata_function' in value || isNodeView(value);
