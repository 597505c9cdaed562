import { z } from 'zod';
import { fireSchedule } from '../../shared/schedules/fire.ts';
import { cloudPlatform } from '../platform.ts';

const firingSchema = z.object({
  scheduleId: z.string(),
  generation: z.int(),
  plannedTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time'),
});

/** Called by EventBridge Scheduler. What cannot be stored is tried again, and goes to the dead letters in the end. */
export const handler = async (event: unknown): Promise<void> => {
  const firing = firingSchema.parse(event);
  const platform = await cloudPlatform();
  platform.log({ message: 'fired', ...firing, ...(await fireSchedule(platform, firing)) });
};
