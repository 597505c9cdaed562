import { measure } from '../measure.ts';
import { cloud, cloudPlatform } from '../platform.ts';
import { sweepAll } from './sweep-all.ts';

/** Called every minute, and when a state machine has ended badly. */
export const handler = async (): Promise<void> => {
  const platform = await cloudPlatform();
  const { hold, clocks } = cloud();
  const swept = await sweepAll(platform, hold(), clocks());
  platform.log({ message: swept ? 'swept' : 'held', ...swept });
  if (swept) await measure({ Open: swept.open, Woken: swept.woken, Poisoned: swept.poisoned });
};
