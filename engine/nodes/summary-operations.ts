import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { compareValues, valueKey } from './value-order.ts';

/** Takes one value after the other and says what came of them: memory stays that of the result. */
export interface Accumulator {
  add(value: Json): void;
  result(): Json;
}

/** What the results of one summary have in common. */
export interface Keeping {
  /** Between joined texts. */
  readonly separator: string;
  /** Told of everything that is kept until the end. Throws `data.tooMany` for more than there is room for. */
  readonly keep: (characters: number) => void;
}

/** Collected values are kept whole; more of them than this are better taken as items. */
const MOST_COLLECTED = 100_000;

const fold =
  <State>(
    begin: () => State,
    step: (state: State, value: Json, keep: Keeping['keep']) => State,
    end: (state: State, separator: string) => Json,
  ) =>
  ({ separator, keep }: Keeping): Accumulator => {
    let state = begin();
    return {
      add: (value) => {
        state = step(state, value, keep);
      },
      result: () => end(state, separator),
    };
  };

/** One of the values, as `choose` has it. */
const one = (choose: (kept: Json, value: Json) => Json) =>
  fold<Json | undefined>(
    () => undefined,
    (kept, value, keep) => {
      const next = kept === undefined ? value : choose(kept, value);
      if (next !== kept) keep(charactersOf(next) - (kept === undefined ? 0 : charactersOf(kept)));
      return next;
    },
    (kept) => kept ?? null,
  );

const charactersOf = (value: Json): number => {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' ? JSON.stringify(value).length : 0;
};

const numberOf = (value: Json): number => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new NodeError('data.type', `expected a number, got ${JSON.stringify(value).slice(0, 100)}.`);
};

const extreme = (sign: number) =>
  one((best, value) => (compareValues(value, best) * sign > 0 ? value : best));

const collected = (make: (values: readonly Json[], separator: string) => Json) =>
  fold<Json[]>(
    () => [],
    (values, value, keep) => {
      if (values.length === MOST_COLLECTED)
        throw new NodeError('data.tooMany', `a group has more than ${MOST_COLLECTED} values to collect.`);
      keep(charactersOf(value));
      values.push(value);
      return values;
    },
    make,
  );

/** What can be made of the values of a field, as they come. A new operation is a new line. */
export const OPERATIONS = {
  count: fold(
    () => 0,
    (count) => count + 1,
    (count) => count,
  ),
  countDistinct: fold(
    () => new Set<string>(),
    (seen, value, keep) => {
      const key = valueKey(value);
      if (!seen.has(key)) keep(key.length);
      return seen.add(key);
    },
    (seen) => seen.size,
  ),
  sum: fold(
    () => 0,
    (sum, value) => sum + numberOf(value),
    (sum) => sum,
  ),
  average: fold(
    () => ({ sum: 0, count: 0 }),
    ({ sum, count }, value) => ({ sum: sum + numberOf(value), count: count + 1 }),
    ({ sum, count }) => (count === 0 ? null : sum / count),
  ),
  min: extreme(-1),
  max: extreme(1),
  first: one((first) => first),
  last: one((_last, value) => value),
  concatenate: collected((values, separator) =>
    values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(separator),
  ),
  append: collected((values) => values),
} satisfies Record<string, (keeping: Keeping) => Accumulator>;

export type OperationName = keyof typeof OPERATIONS;
export const OPERATION_NAMES = Object.keys(OPERATIONS) as [OperationName, ...OperationName[]];
