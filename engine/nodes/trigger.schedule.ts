import { cronsOf, scheduleParameters } from '../triggers/schedule-parameters.ts';
import { defineNode } from './define-node.ts';

export const triggerSchedule = defineNode({
  type: 'trigger.schedule',
  name: 'Schedule',
  description:
    'Starts the workflow at times of the clock. Gives one item: scheduleId, plannedTime, localTime, timezone, cronExpression.',
  category: 'Triggers',
  icon: 'clock',
  trigger: 'schedule',
  parameters: scheduleParameters,
  check: (written) => {
    const parsed = scheduleParameters.safeParse(written);
    if (!parsed.success) return [];
    const { startsAt, endsAt, cron } = parsed.data;
    const backwards = startsAt && endsAt && Date.parse(endsAt) <= Date.parse(startsAt);
    const twice = typeof cron !== 'string' && cronsOf(parsed.data).length < cron.length;
    return [
      ...(backwards ? [{ pointer: '/endsAt', message: 'must be later than startsAt' }] : []),
      ...(twice ? [{ pointer: '/cron', message: 'holds the same expression twice' }] : []),
    ];
  },
  example: {
    parameters: { cron: '0 9 * * MON-FRI', timezone: 'Europe/Berlin' },
    input: [
      {
        json: {
          scheduleId: 'sch_01jd0000000000000000000000',
          plannedTime: '2026-03-02T08:00:00.000Z',
          localTime: '2026-03-02T09:00',
          timezone: 'Europe/Berlin',
          cronExpression: '0 9 * * MON-FRI',
        },
      },
    ],
    output: { main: [{ json: { plannedTime: '2026-03-02T08:00:00.000Z' } }] },
  },
  execute: ({ items }) => ({ outputs: { main: items }, pairing: { main: 'same' } }),
});
