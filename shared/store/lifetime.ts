import type { PayloadPort } from '../../engine/ports.ts';
import type { PayloadStore } from './connection.ts';

/**
 * How long an execution may live. Everything it leaves carries its class, so that storage itself can drop what nobody
 * removed: no item or payload expires before the class's longest life and the retention are over.
 */
export type Lifetime = 'short' | 'long';

const DAY_SECONDS = 86_400;

/** The longest life in seconds. An execution that does not wait works for a day at most; waits last 365 days at most. */
export const MAX_LIFE_SECONDS: Readonly<Record<Lifetime, number>> = {
  short: 7 * DAY_SECONDS,
  long: 366 * DAY_SECONDS,
};

/** The payloads of one class. Keys are what they were; the class is where they lie. */
export const portInClass = (payloads: PayloadPort, lifetime: Lifetime): PayloadPort => {
  const place = (key: string): string => `${lifetime}/${key}`;
  return {
    put: (key, bytes) => payloads.put(place(key), bytes),
    get: (key) => payloads.get(place(key)),
    write: (key, chunks) => payloads.write(place(key), chunks),
    read: (key) => payloads.read(place(key)),
  };
};

export const inClass = (payloads: PayloadStore, lifetime: Lifetime): PayloadStore => ({
  ...portInClass(payloads, lifetime),
  removePrefix: (prefix) => payloads.removePrefix(`${lifetime}/${prefix}`),
  copyPrefix: (from, to) => payloads.copyPrefix(`${lifetime}/${from}`, `${lifetime}/${to}`),
});

/** The same connection for the executions of each class. */
export const classesOf = <C extends { readonly payloads: PayloadStore }>(
  connection: C,
): Readonly<Record<Lifetime, C>> => ({
  short: { ...connection, payloads: inClass(connection.payloads, 'short') },
  long: { ...connection, payloads: inClass(connection.payloads, 'long') },
});

/** Moves what an execution has put aside from one class to the other; what is left of it there goes with its class. */
export const copyToClass = (
  payloads: PayloadStore,
  prefix: string,
  from: Lifetime,
  to: Lifetime,
): Promise<void> => payloads.copyPrefix(`${from}/${prefix}`, `${to}/${prefix}`);

/** Until when something of an execution is kept that was accepted at `startedAt` (milliseconds), in seconds since 1970. */
export const expiryOf = (
  { retentionDays }: { readonly retentionDays: number },
  lifetime: Lifetime,
  startedAt: number,
): number => Math.ceil(startedAt / 1000) + MAX_LIFE_SECONDS[lifetime] + retentionDays * DAY_SECONDS;
