import { z } from 'zod';
import type { JsonObject } from '../../engine/item.ts';
import type { PlatformEvent } from './event-bus.ts';

/** The detail type of what we put on a bus ourselves: the event with all it knows lies in the detail. */
export const WRAPPED = 'stepwell.event';

/** An event as EventBridge delivers it. */
export interface BridgeEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
  readonly resources: readonly string[];
  readonly time: string;
  readonly account: string;
  readonly region: string;
}

const wrapped = z.object({
  id: z.string(),
  source: z.string(),
  detailType: z.string(),
  detail: z.record(z.string(), z.json()),
  resources: z.array(z.string()),
  time: z.string(),
  ownerId: z.string().nullable(),
  shared: z.boolean(),
  hops: z.number(),
});

/**
 * What came over a bus. Whoever may put events there is trusted by the account: ours are recognised by `ourSource`, all others have
 * no owner and are everybody's.
 */
export const fromBridge = (event: BridgeEvent, ourSource: string): PlatformEvent => {
  if (event.source === ourSource && event['detail-type'] === WRAPPED) return wrapped.parse(event.detail);
  return {
    id: event.id,
    source: event.source,
    detailType: event['detail-type'],
    detail: isObject(event.detail) ? event.detail : {},
    resources: event.resources,
    time: new Date(event.time).toISOString(),
    account: event.account,
    region: event.region,
    ownerId: null,
    shared: true,
    hops: 0,
  };
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
