import { EVENT_SOURCE } from '../../shared/adapters/names.ts';
import { type BridgeEvent, fromBridge } from '../../shared/events/bridge-event.ts';
import { dispatchEvent } from '../../shared/events/dispatch.ts';
import type { Platform } from '../../shared/platform.ts';

/** What the bus passes on: at least once. Throws what could not be stored, to be sent again. */
export const dispatchBridgeEvent =
  (platform: Platform) =>
  async (event: BridgeEvent): Promise<void> => {
    const { id, source, detailType, ...rest } = fromBridge(event, EVENT_SOURCE);
    const started = await dispatchEvent(platform, { id, source, detailType, ...rest });
    platform.log({ message: 'event dispatched', eventId: id, source, detailType, started: started.length });
  };
