import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { scheduleGroup } from '../../../shared/adapters/aws/schedule-group.ts';
import type { ScheduleRecord } from '../../../shared/store/schedule-record.ts';
import { awsError } from './aws-error.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const scheduler = mockClient(SchedulerClient);
beforeEach(() => {
  scheduler.reset();
  scheduler.on(ListSchedulesCommand).resolves({ Schedules: [] });
});

const group = scheduleGroup(new SchedulerClient({ region: 'eu-west-1' }), {
  group: 'stepwell-main',
  target: 'arn:aws:lambda:eu-west-1:123456789012:function:firing',
  role: 'arn:aws:iam::123456789012:role/scheduler',
  deadLetters: 'arn:aws:sqs:eu-west-1:123456789012:dead-letters',
  now: () => NOW,
});

const aSchedule = (given: Partial<ScheduleRecord> = {}): ScheduleRecord => ({
  id: 'sch_1',
  createdAt: '2026-03-01T00:00:00.000Z',
  updatedAt: '2026-03-01T00:00:00.000Z',
  revision: 1,
  workflowId: 'wf_1',
  nodeId: 'daily',
  position: null,
  cronExpression: '0 9 * * *',
  timezone: 'Europe/Berlin',
  startsAt: null,
  endsAt: null,
  overlap: 'allow',
  catchUp: 'skip',
  isActive: true,
  isPaused: false,
  createdBy: 'usr_1',
  lastExecution: null,
  lastExecutionId: null,
  nextExecution: null,
  version: 1,
  workflowVersionId: 'wfv_1',
  lifetime: 'long',
  generation: 3,
  inLineGeneration: 2,
  deleting: null,
  ...given,
});
const created = () => scheduler.commandCalls(CreateScheduleCommand).map((call) => call.args[0].input);
const removed = () => scheduler.commandCalls(DeleteScheduleCommand).map((call) => call.args[0].input.Name);

describe('a schedule that is put into a group', () => {
  it('fires in its zone, says what it was, and goes to the dead letters when nobody takes it', async () => {
    await group.put(aSchedule());

    expect(created()).toEqual([
      {
        GroupName: 'stepwell-main',
        Name: 'sch_1-0',
        ScheduleExpression: 'cron(0 9 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        FlexibleTimeWindow: { Mode: 'OFF' },
        State: 'ENABLED',
        Target: {
          Arn: 'arn:aws:lambda:eu-west-1:123456789012:function:firing',
          RoleArn: 'arn:aws:iam::123456789012:role/scheduler',
          Input: '{"scheduleId":"sch_1","generation":3,"plannedTime":"<aws.scheduler.scheduled-time>"}',
          RetryPolicy: { MaximumEventAgeInSeconds: 21_600, MaximumRetryAttempts: 185 },
          DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:123456789012:dead-letters' },
        },
      },
    ]);
  });

  it('that is there already is brought to what it should be', async () => {
    scheduler.on(CreateScheduleCommand).rejects(awsError('ConflictException', 409));

    await group.put(aSchedule());

    expect(scheduler.commandCalls(UpdateScheduleCommand).map((call) => call.args[0].input)).toEqual(
      created(),
    );
  });

  it('whose cron AWS has no single word for is several', async () => {
    await group.put(aSchedule({ cronExpression: '0 9 1 * 1' }));

    expect(created().map(({ Name, ScheduleExpression }) => [Name, ScheduleExpression])).toEqual([
      ['sch_1-0', 'cron(0 9 1 * ? *)'],
      ['sch_1-1', 'cron(0 9 ? * 2 *)'],
    ]);
  });

  it('leaves none of those that it was before', async () => {
    scheduler
      .on(ListSchedulesCommand)
      .resolvesOnce({ Schedules: [{ Name: 'sch_1-0' }, { Name: 'sch_1-1' }], NextToken: 'more' })
      .resolves({ Schedules: [{ Name: 'sch_1-2' }] });

    await group.put(aSchedule());

    expect(scheduler.commandCalls(ListSchedulesCommand)[0]?.args[0].input).toMatchObject({
      GroupName: 'stepwell-main',
      NamePrefix: 'sch_1-',
    });
    expect(removed()).toEqual(['sch_1-1', 'sch_1-2']);
  });

  it.each([
    ['is not active', { isActive: false }],
    ['has come to its end', { endsAt: '2026-03-01T12:00:00.000Z' }],
  ])('that %s fires nothing', async (_, given) => {
    scheduler.on(ListSchedulesCommand).resolves({ Schedules: [{ Name: 'sch_1-0' }] });

    await group.put(aSchedule(given));

    expect(created()).toEqual([]);
    expect(removed()).toEqual(['sch_1-0']);
  });

  it('begins and ends when it says, and AWS is told of no beginning that has passed', async () => {
    const endsAt = '2026-05-01T00:00:00.000Z';
    await group.put(aSchedule({ startsAt: '2026-04-01T00:00:00.000Z', endsAt }));
    await group.put(aSchedule({ startsAt: '2026-01-01T00:00:00.000Z', endsAt }));

    expect(created()).toMatchObject([
      { StartDate: new Date('2026-04-01T00:00:00Z'), EndDate: new Date(endsAt) },
      { EndDate: new Date(endsAt) },
    ]);
    expect(created()[1]).not.toHaveProperty('StartDate');
  });
});

describe('removing a schedule from a group', () => {
  it('that is not there, or is gone meanwhile, is no error', async () => {
    await group.remove('sch_1');
    scheduler.on(ListSchedulesCommand).resolves({ Schedules: [{ Name: 'sch_1-0' }] });
    scheduler.on(DeleteScheduleCommand).rejects(awsError('ResourceNotFoundException', 404));

    await group.remove('sch_1');

    expect(removed()).toEqual(['sch_1-0']);
  });
});

describe('EventBridge Scheduler', () => {
  it.each(['ThrottlingException', 'InternalServerException'])(
    'that says %s may be asked again',
    async (name) => {
      scheduler.on(CreateScheduleCommand).rejects(awsError(name, 429));

      await expect(group.put(aSchedule())).rejects.toMatchObject({ code: 'service.unavailable' });
    },
  );

  it.each(['ValidationException', 'ServiceQuotaExceededException', 'AccessDeniedException'])(
    'that says %s leaves the schedule out of line',
    async (name) => {
      scheduler.on(CreateScheduleCommand).rejects(awsError(name, 400));

      await expect(group.put(aSchedule())).rejects.toMatchObject({ name });
    },
  );
});
