import { dispatchEvent } from '../../shared/events/dispatch.ts';
import type { EventBus } from '../../shared/events/event-bus.ts';
import type { Platform } from '../../shared/platform.ts';

/** The bus of one machine: an event is safe when every execution it starts has been stored. `platform` is asked for with the first event. */
export const localEvents = (platform: () => Platform): EventBus => ({
  put: async (events) => {
    for (const event of events) await dispatchEvent(platform(), event);
  },
});
