import { NodeError } from '../errors.ts';
import type { BinaryRef, Item } from '../item.ts';

/** What files are called where nobody has named them: by nodes that make one, and by those that fetch one. */
const USUAL_NAMES: readonly string[] = ['file', 'data'];

/**
 * The file of an item by its name. A usual name also finds the only file there is, whatever that is called: what one node
 * makes the next one takes without being told. Throws `file.missing`, which tells what files there are.
 */
export const fileOf = (item: Item | undefined, name: string): BinaryRef => {
  const files = item?.binary ?? {};
  const found = Object.hasOwn(files, name) ? files[name] : undefined;
  if (found) return found;
  const all = Object.entries(files);
  const [only] = all;
  if (only && all.length === 1 && USUAL_NAMES.includes(name)) return only[1];
  const there = all.map(([each]) => JSON.stringify(each)).join(', ') || 'none at all';
  throw new NodeError('file.missing', `The item has no file ${JSON.stringify(name)}; it has ${there}.`);
};
