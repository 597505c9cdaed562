import { MAX_EVENT_BYTES } from '../../shared/contracts/events.ts';
import { AppError } from '../../shared/errors.ts';
import type { PlatformEvent } from '../../shared/events/event-bus.ts';

/** Throws for the first event that no bus would take. */
export const refuseLarge = (events: readonly PlatformEvent[]): void => {
  for (const event of events) {
    const bytes = Buffer.byteLength(JSON.stringify(event));
    if (bytes <= MAX_EVENT_BYTES) continue;
    throw new AppError(
      'request.tooLarge',
      `The event ${event.id} has ${bytes} bytes; ${MAX_EVENT_BYTES} are allowed. Send where the data is instead.`,
    );
  }
};
