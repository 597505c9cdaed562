import { z } from 'zod';
import type { Platform } from '../../shared/platform.ts';
import { type FiringOutcome, fireSchedule } from '../../shared/schedules/fire.ts';

const firingSchema = z.object({
  scheduleId: z.string(),
  generation: z.int(),
  plannedTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time'),
});

/** What EventBridge Scheduler sends: at least once, and however late. Throws what could not be stored, to be sent again. */
export const fireEvent =
  (platform: Platform) =>
  async (event: unknown): Promise<FiringOutcome> => {
    const firing = firingSchema.parse(event);
    const outcome = await fireSchedule(platform, firing);
    platform.log({ message: 'fired', ...firing, ...outcome });
    return outcome;
  };
