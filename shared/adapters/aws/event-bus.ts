import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { AppError } from '../../errors.ts';
import { WRAPPED } from '../../events/bridge-event.ts';
import type { EventBus, PlatformEvent } from '../../events/event-bus.ts';
import { EVENT_SOURCE } from '../names.ts';
import { ask } from './refusal.ts';

/** What PutEvents takes in one request. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
const ATTEMPTS = 3;

export const openEventBus = (bus: string): EventBus => eventBus(new EventBridgeClient(), bus);

/** Puts events on a bus, each whole in the detail of one of EventBridge. What it did not take is put again. */
export const eventBus = (client: EventBridgeClient, bus: string): EventBus => ({
  put: async (events) => {
    for (const batch of inBatches(events.map((event) => entryOf(event, bus)))) await putAll(client, batch);
  },
});

const entryOf = (event: PlatformEvent, bus: string): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: EVENT_SOURCE,
  DetailType: WRAPPED,
  Time: new Date(event.time),
  Detail: JSON.stringify(event),
});

const putAll = async (client: EventBridgeClient, entries: PutEventsRequestEntry[]): Promise<void> => {
  let left = entries;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const command = new PutEventsCommand({ Entries: left });
    const { Entries = [] } = await ask('EventBridge', () => client.send(command));
    left = left.filter((_, index) => Entries[index]?.ErrorCode !== undefined);
    if (left.length === 0) return;
  }
  throw new AppError('service.unavailable', 'EventBridge did not take every event; try again.', {
    retryAfter: 1,
  });
};

const inBatches = (entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] => {
  const batches: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const batch = batches.at(-1);
    if (batch && batch.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      batch.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
};

/** As EventBridge counts: 14 bytes for the time, and the texts. */
const sizeOf = ({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number =>
  14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
