import { NodeError } from '../../errors.ts';
import type { Pairing } from '../../interpreter/event.ts';
import type { Item, Json, JsonObject } from '../../item.ts';
import type { NodeResult } from '../define-node.ts';
import { threw } from './errors.ts';
import type { GuestOutput } from './guest.ts';

const badResult = (): NodeError =>
  new NodeError(
    'code.badResult',
    'What the code returned is no list of items: it has changed JavaScript’s own objects.',
  );

/** The items that code made, and of which of its own each came. The code could have written anything, so all is looked at. */
export const resultOf = (text: string, given: readonly Item[], isMemoryFull = false): NodeResult => {
  const { items, from, failed } = read(text);
  if (!Array.isArray(items) || !Array.isArray(from) || !Array.isArray(failed)) throw badResult();
  if (from.length !== items.length) throw badResult();
  return {
    outputs: { main: items as unknown as readonly Item[] },
    pairing: { main: pairingOf(from, given.length) },
    itemErrors: failed.map(({ index, error }) => {
      if (!isPosition(index, given.length) || typeof error?.message !== 'string') throw badResult();
      const { details, ...rest } = threw(error, isMemoryFull);
      return { index, error: { ...rest, details: { ...(details as JsonObject), item: index } } };
    }),
  };
};

const read = (text: string): Partial<GuestOutput> => {
  let output: Json;
  try {
    output = JSON.parse(text);
  } catch {
    throw badResult();
  }
  return typeof output === 'object' && output !== null && !Array.isArray(output)
    ? (output as Partial<GuestOutput>)
    : {};
};

const isPosition = (value: unknown, count: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;

/**
 * As far as code tells where its items came from. Where it does not, as many items as before are taken to be the same ones in
 * their order, which is what people who map a list expect.
 */
const pairingOf = (from: readonly unknown[], given: number): Pairing => {
  const origins = from.map((each) => originOf(each, given));
  const isSameCount = origins.length === given;
  if (origins.every((each) => each === null)) return isSameCount ? 'same' : 'all';
  if (isSameCount && origins.every((each, index) => each === index)) return 'same';
  return origins.map((each, index) => each ?? (isSameCount ? index : []));
};

const originOf = (said: unknown, given: number): number | readonly number[] | null => {
  if (isPosition(said, given)) return said;
  if (Array.isArray(said)) {
    const positions = said.map((each) => originOf(each, given)).filter((each) => typeof each === 'number');
    return positions.length > 0 ? positions : null;
  }
  const named = typeof said === 'object' && said !== null ? (said as { readonly item?: unknown }).item : null;
  return isPosition(named, given) ? named : null;
};
