import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Scheduler } from '../../schedules/scheduler.ts';
import { schedulerExpressions } from '../../schedules/scheduler-expressions.ts';
import { clockOf } from '../../schedules/timing.ts';
import type { ScheduleRecord } from '../../store/schedule-record.ts';
import { ask, refusalName } from './refusal.ts';

export interface ScheduleGroup {
  readonly group: string;
  /** ARN of the function that takes what fires, and of the role with which it is called. */
  readonly target: string;
  readonly role: string;
  /** ARN of the queue for what could not be delivered. */
  readonly deadLetters: string;
  readonly now: () => number;
}

/** How long and how often a firing is tried before it goes to the dead letters. Unset, AWS tries for a day. */
const RETRY_POLICY = { MaximumEventAgeInSeconds: 6 * 3_600, MaximumRetryAttempts: 185 };

export const openScheduleGroup = (options: ScheduleGroup): Scheduler =>
  scheduleGroup(new SchedulerClient(), options);

/**
 * The clock of EventBridge Scheduler. A row has a schedule for each of the expressions that its cron takes, under names made
 * from its id. What fires says its generation: an old one that could not be removed does no harm.
 */
export const scheduleGroup = (client: SchedulerClient, options: ScheduleGroup): Scheduler => {
  const { group: GroupName } = options;

  const namesOf = async (scheduleId: string): Promise<string[]> => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListSchedulesCommand({ GroupName, NamePrefix: `${scheduleId}-`, NextToken });
      const page = await ask('EventBridge Scheduler', () => client.send(command));
      names.push(...(page.Schedules ?? []).map(({ Name }) => Name ?? ''));
      NextToken = page.NextToken;
    } while (NextToken);
    return names;
  };

  const remove = async (Name: string): Promise<void> => {
    try {
      await ask('EventBridge Scheduler', () => client.send(new DeleteScheduleCommand({ GroupName, Name })));
    } catch (error) {
      if (refusalName(error) !== 'ResourceNotFoundException') throw error;
    }
  };

  const removeAllBut = async (scheduleId: string, kept: readonly string[]): Promise<void> => {
    const names = await namesOf(scheduleId);
    for (const name of names.filter((each) => !kept.includes(each))) await remove(name);
  };

  /**
   * Made, or brought to what it would be had it been made now. Names suffice to make it once: by a token of ours AWS might take one
   * that is made again, after it was removed or from a restored row, for one that was made before.
   */
  const put = async (input: CreateScheduleCommandInput): Promise<void> => {
    try {
      await ask('EventBridge Scheduler', () => client.send(new CreateScheduleCommand(input)));
    } catch (error) {
      if (refusalName(error) !== 'ConflictException') throw error;
      await ask('EventBridge Scheduler', () => client.send(new UpdateScheduleCommand(input)));
    }
  };

  return {
    put: async (schedule) => {
      const inputs = inputsOf(schedule, options);
      for (const input of inputs) await put(input);
      await removeAllBut(
        schedule.id,
        inputs.map(({ Name }) => Name ?? ''),
      );
    },
    remove: (scheduleId) => removeAllBut(scheduleId, []),
  };
};

const inputsOf = (
  schedule: ScheduleRecord,
  { group, target, role, deadLetters, now }: ScheduleGroup,
): CreateScheduleCommandInput[] => {
  const { id, generation, isActive, timezone, startsAt, endsAt } = schedule;
  // AWS refuses an end that has passed, and a beginning of long ago.
  if (!isActive || (endsAt !== null && Date.parse(endsAt) <= now())) return [];
  const expressions = schedulerExpressions(clockOf(schedule).cron, timezone, now());
  return expressions.map(({ expression, timezone: zone }, index) => ({
    GroupName: group,
    Name: `${id}-${index}`,
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: zone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    ...(startsAt !== null && Date.parse(startsAt) > now() ? { StartDate: new Date(startsAt) } : {}),
    ...(endsAt === null ? {} : { EndDate: new Date(endsAt) }),
    Target: {
      Arn: target,
      RoleArn: role,
      // The words in angle brackets are filled in by AWS when it fires.
      Input: JSON.stringify({ scheduleId: id, generation, plannedTime: '<aws.scheduler.scheduled-time>' }),
      RetryPolicy: RETRY_POLICY,
      DeadLetterConfig: { Arn: deadLetters },
    },
  }));
};
