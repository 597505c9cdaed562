import type { SentEvent } from '../../shared/contracts/events.ts';
import type { PlatformEvent } from '../../shared/events/event-bus.ts';

/** What was sent, with what it did not say and whose it is. */
export const eventOf = (
  { id, time, detail = {}, resources = [], shared = false, source, detailType }: SentEvent,
  made: { readonly id: string; readonly now: string; readonly ownerId: string; readonly hops: number },
): PlatformEvent => ({
  id: id ?? made.id,
  source,
  detailType,
  detail,
  resources,
  time: time ?? made.now,
  ownerId: made.ownerId,
  shared,
  hops: made.hops,
});
