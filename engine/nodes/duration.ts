import { z } from 'zod';
import { NodeError } from '../errors.ts';

const UNITS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** A length of time as people say it. */
export const durationSchema = z.strictObject({
  amount: z
    .number()
    .min(0)
    .meta({ title: 'Amount', description: 'How many of the unit; parts of one, too.', examples: [5] }),
  unit: z
    .enum(Object.keys(UNITS) as [keyof typeof UNITS, ...(keyof typeof UNITS)[]])
    .default('seconds')
    .meta({ title: 'Unit', description: 'A day is 24 hours.' }),
});

/** Whatever waits ends within a year. */
const LONGEST_WAIT_MILLISECONDS = 365 * UNITS.days;

export const millisecondsOf = ({ amount, unit }: z.output<typeof durationSchema>): number =>
  amount * UNITS[unit];

/** When a wait ends that begins now. Throws `wait.tooLong`. */
export const endOfWait = (now: number, milliseconds: number): number => {
  if (milliseconds <= LONGEST_WAIT_MILLISECONDS) return now + milliseconds;
  throw new NodeError('wait.tooLong', 'A wait takes 365 days at most.');
};
