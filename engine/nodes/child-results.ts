import { NodeError, type NodeErrorData } from '../errors.ts';
import type { ChildResult, Pairing } from '../interpreter/event.ts';
import type { Item } from '../item.ts';
import type { NodeResult, Resumption } from './define-node.ts';

/** What children give together, in their order, each item with the positions it came from; and what failed. */
export const joinChildren = (
  { calls, children }: Pick<Resumption, 'calls' | 'children'>,
  port: string,
): NodeResult => {
  const items: Item[] = [];
  const from: (number | readonly number[])[] = [];
  const itemErrors: { index: number; error: NodeErrorData }[] = [];
  for (const [at, call] of calls.entries()) {
    const result = children[at] ?? null;
    if (result?.status === 'completed') {
      for (const [index, item] of result.items.entries()) {
        items.push(item);
        from.push(cameFrom(result.pairing, index, call.items));
      }
    } else {
      const error = errorOf(result);
      itemErrors.push(...call.items.map((index) => ({ index, error })));
    }
  }
  return {
    outputs: { [port]: items },
    pairing: { [port]: from },
    ...(itemErrors.length > 0 ? { itemErrors } : {}),
  };
};

const cameFrom = (
  pairing: Pairing | undefined,
  index: number,
  positions: readonly number[],
): number | readonly number[] => {
  if (pairing === undefined || pairing === 'all')
    return positions.length === 1 ? (positions[0] ?? 0) : positions;
  const local = pairing === 'same' ? index : (pairing[index] ?? []);
  return typeof local === 'number' ? (positions[local] ?? 0) : local.flatMap((each) => positions[each] ?? []);
};

/** Children have had their own attempts: what is left of them is final. */
export const errorOf = (result: ChildResult | null): NodeErrorData => {
  if (result && result.status !== 'completed') return { ...result.error, retryable: false };
  return new NodeError('execution.notStarted', 'Another one had failed before this was begun.').toData();
};

/** Positions in groups of a size. */
export const inBatches = (count: number, size: number): number[][] =>
  Array.from({ length: Math.ceil(count / size) }, (_, batch) =>
    Array.from({ length: Math.min(size, count - batch * size) }, (_unused, index) => batch * size + index),
  );
