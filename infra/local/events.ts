import { dispatchEvent } from '../../shared/events/dispatch.ts';
import type { EventBus } from '../../shared/events/event-bus.ts';
import type { Platform } from '../../shared/platform.ts';

/**
 * The bus of one machine: an event is safe when every execution it starts has been stored. One that is not keeps no other from
 * being dispatched. `platform` is asked for with the first event.
 */
export const localEvents = (platform: () => Platform): EventBus => ({
  put: async (events) => {
    const failures: unknown[] = [];
    for (const event of events)
      await dispatchEvent(platform(), event).catch((thrown: unknown) => failures.push(thrown));
    if (failures.length > 0) throw failures[0];
  },
});
