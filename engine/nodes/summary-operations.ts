import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { compareValues, valueKey } from './value-order.ts';

/** Takes one value after the other and says what came of them: memory stays that of the result. */
export interface Accumulator {
  add(value: Json): void;
  result(): Json;
}

/** Collected values are kept whole; more of them than this are better taken as items. */
const MOST_COLLECTED = 100_000;

const fold =
  <State>(begin: () => State, step: (state: State, value: Json) => State, end: (state: State) => Json) =>
  (): Accumulator => {
    let state = begin();
    return {
      add: (value) => {
        state = step(state, value);
      },
      result: () => end(state),
    };
  };

const numberOf = (value: Json): number => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new NodeError('data.type', `expected a number, got ${JSON.stringify(value).slice(0, 100)}.`);
};

const extreme = (sign: number) =>
  fold<Json | undefined>(
    () => undefined,
    (best, value) => (best === undefined || compareValues(value, best) * sign > 0 ? value : best),
    (best) => best ?? null,
  );

const collected =
  (make: (values: readonly Json[], separator: string) => Json) =>
  (separator: string): Accumulator =>
    fold<Json[]>(
      () => [],
      (values, value) => {
        if (values.length === MOST_COLLECTED)
          throw new NodeError('data.tooMany', `a group has more than ${MOST_COLLECTED} values to collect.`);
        values.push(value);
        return values;
      },
      (values) => make(values, separator),
    )();

/** What can be made of the values of a field, as they come. A new operation is a new line. */
export const OPERATIONS = {
  count: fold(
    () => 0,
    (count) => count + 1,
    (count) => count,
  ),
  countDistinct: fold(
    () => new Set<string>(),
    (seen, value) => seen.add(valueKey(value)),
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
  first: fold<Json | undefined>(
    () => undefined,
    (first, value) => first ?? value,
    (first) => first ?? null,
  ),
  last: fold<Json>(
    () => null,
    (_last, value) => value,
    (last) => last,
  ),
  concatenate: collected((values, separator) =>
    values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(separator),
  ),
  append: collected((values) => values),
} satisfies Record<string, (separator: string) => Accumulator>;

export type OperationName = keyof typeof OPERATIONS;
export const OPERATION_NAMES = Object.keys(OPERATIONS) as [OperationName, ...OperationName[]];
