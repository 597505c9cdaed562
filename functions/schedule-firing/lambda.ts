import { perPlatform } from '../per-platform.ts';
import { fireEvent } from './fire-event.ts';

const handle = perPlatform(fireEvent);

/** Called by EventBridge Scheduler. What cannot be stored is tried again, and goes to the dead letters in the end. */
export const handler = async (event: unknown): Promise<void> => {
  await (await handle())(event);
};
