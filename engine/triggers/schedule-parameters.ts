import { z } from 'zod';
import { parseCron } from '../cron/cron.ts';
import { isZoneName, NO_ZONE } from '../cron/zone.ts';

/** Five fields, checked with the reason. */
export const cronExpression = z.string().superRefine((text, context) => {
  const result = parseCron(text);
  if ('problem' in result) context.addIssue({ code: 'custom', message: result.problem });
});

export const zoneName = z.string().refine(isZoneName, NO_ZONE);

const moment = z.iso.datetime({ offset: true, message: 'must be a time like 2026-03-01T09:00:00+01:00' });

export const MAX_CRONS = 10;

export const overlapPolicy = z.enum(['allow', 'skip']);
export const catchUpPolicy = z.enum(['skip', 'once']);

/** What every trigger has that is started by the clock. */
export const scheduleParameters = z.strictObject({
  cron: z
    .union([cronExpression, z.array(cronExpression).min(1).max(MAX_CRONS)])
    .default('0 9 * * *')
    .meta({
      title: 'Cron',
      description:
        'Minute, hour, day of month, month, day of week; one expression or several. Where both days are restricted either counts.',
      examples: ['0 9 * * MON-FRI', ['0 9 * * *', '30 17 L * *']],
    }),
  timezone: zoneName.default('UTC').meta({
    title: 'Time zone',
    description:
      'Where the clock hangs. A time that clocks are put forward over is left out; one they show twice fires once.',
    examples: ['Europe/Berlin'],
  }),
  overlap: overlapPolicy.default('allow').meta({
    title: 'Overlap',
    description: '`skip` leaves a firing out while the execution before still runs.',
  }),
  catchUp: catchUpPolicy.default('skip').meta({
    title: 'Catch up',
    description:
      'For a machine that was off: `once` makes up for all missed firings with one, `skip` for none.',
  }),
  startsAt: moment
    .optional()
    .meta({ title: 'Starts at', description: 'Nothing fires before.', examples: ['2026-01-05T09:00:00Z'] }),
  endsAt: moment
    .optional()
    .meta({ title: 'Ends at', description: 'Nothing fires after.', examples: ['2026-12-31T23:00:00Z'] }),
});
export type ScheduleParameters = z.output<typeof scheduleParameters>;

export const cronsOf = ({ cron }: Pick<ScheduleParameters, 'cron'>): readonly string[] =>
  typeof cron === 'string' ? [cron] : [...new Set(cron)];
