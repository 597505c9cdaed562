import type { JsonObject } from '../../engine/item.ts';
import type { PlatformEvent } from './event-bus.ts';

/** An event as patterns and workflows see it: in the form of EventBridge, without whose it is. */
export const envelopeOf = (event: PlatformEvent): JsonObject => ({
  version: '0',
  id: event.id,
  'detail-type': event.detailType,
  source: event.source,
  ...(event.account === undefined ? {} : { account: event.account }),
  time: event.time,
  ...(event.region === undefined ? {} : { region: event.region }),
  resources: event.resources,
  detail: event.detail,
});
