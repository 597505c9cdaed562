import type { BridgeEvent } from '../../shared/events/bridge-event.ts';
import { perPlatform } from '../per-platform.ts';
import { dispatchBridgeEvent } from './dispatch-bridge-event.ts';

const handle = perPlatform(dispatchBridgeEvent);

/** Called by EventBridge. What cannot be stored is tried again, and goes to the dead letters in the end. */
export const handler = async (event: BridgeEvent): Promise<void> => {
  await (await handle())(event);
};
