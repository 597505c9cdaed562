import type { JsonObject } from '../../engine/item.ts';

/** An event on its way to the workflows that wait for such. */
export interface PlatformEvent {
  /** Twice the same id from one owner is one event. */
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources: readonly string[];
  /** ISO-8601 in UTC. */
  readonly time: string;
  /** Of AWS, for what came from there. */
  readonly account?: string;
  readonly region?: string;
  /** Whose it is; set by the server. Null for what came from outside, as from a service of AWS: it is shared. */
  readonly ownerId: string | null;
  /** True when every owner's workflows may see it: an admin said so. */
  readonly shared: boolean;
  /** How many executions led to it. */
  readonly hops: number;
}

/** Carries events to `dispatchEvent`, each at least once: EventBridge on AWS, a call on one machine. */
export interface EventBus {
  /** Resolves when all of them are safe: not one will be lost. */
  put(events: readonly PlatformEvent[]): Promise<void>;
}
