import type { Operations } from '../store/operations.ts';
import type { Stores } from '../store/stores.ts';

/** How long a change takes to be known everywhere. */
const KNOWN_MILLISECONDS = 10_000;

interface Known {
  readonly until: number;
  readonly value: Promise<Operations>;
}
const known = new WeakMap<Stores, Known>();

/** The deployment's settings, read at most every ten seconds in a process: every start asks for them. */
export const currentOperations = ({
  stores,
  now,
}: {
  readonly stores: Stores;
  readonly now: number;
}): Promise<Operations> => {
  const before = known.get(stores);
  if (before && now < before.until) return before.value;
  const value = stores.operations.read();
  known.set(stores, { until: now + KNOWN_MILLISECONDS, value });
  value.catch(() => known.delete(stores));
  return value;
};

/** Makes this process see a change at once. */
export const forgetOperations = (stores: Stores): void => {
  known.delete(stores);
};
