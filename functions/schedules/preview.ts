import { previewSchedule } from '../../shared/contracts/schedules.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { schedulerExpressions } from '../../shared/schedules/scheduler-expressions.ts';
import { clockOf, timesOf } from '../../shared/schedules/timing.ts';
import { refuseBackwards } from './access.ts';

export const preview = defineHandler(previewSchedule, async ({ body, platform }) => {
  const { after, count, ...times } = body;
  refuseBackwards(times.startsAt, times.endsAt);
  const from = after === undefined ? platform.clock.now() : Date.parse(after);
  const data: { at: string | null; localTime: string; dst: 'skipped' | 'repeated' | null }[] = [];
  for (const { at, wall, dst } of timesOf(times, from)) {
    data.push({
      at: dst === 'skipped' ? null : new Date(at).toISOString(),
      localTime: new Date(wall).toISOString().slice(0, 16),
      dst,
    });
    if (data.length === count) break;
  }
  const aws = schedulerExpressions(clockOf(times).cron, times.timezone, from);
  return { body: { data, aws } };
});
