import { beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/platform.ts';
import { comeDue } from '../../../shared/schedules/catch-up.ts';
import { fireSchedule } from '../../../shared/schedules/fire.ts';
import type { ScheduleRecord } from '../../../shared/store/schedule-record.ts';
import { accountOf, testPlatform } from '../../http/test-platform.ts';
import { aDefinition } from '../../store/store-builders.ts';
import { aSchedule, noTriggers } from '../../store/trigger-builders.ts';

let platform: Platform;
let ownerId: string;
let now = Date.parse('2026-03-02T08:30:00Z');
const poked: string[] = [];

beforeAll(async () => {
  const base = await testPlatform(() => now);
  platform = {
    ...base,
    orchestrator: { ...base.orchestrator, poke: async (id) => void poked.push(id) },
  };
  ownerId = (await accountOf(platform, 'user')).id;
});

/** A published schedule, due at 09:00 on the 2nd of March. */
const published = async (overrides: Parameters<typeof aSchedule>[0] = {}): Promise<ScheduleRecord> => {
  const { workflows, schedules } = platform.stores;
  const { id } = await workflows.createWithVersion({ name: 'Nightly', createdBy: ownerId }, aDefinition());
  const made = await workflows.publish({
    workflowId: id,
    version: 1,
    ...noTriggers,
    schedules: [aSchedule(overrides)],
  });
  return schedules.update(made.schedules[0]?.id ?? '', { nextExecution: '2026-03-02T09:00:00.000Z' });
};
const rowOf = ({ id }: ScheduleRecord) => platform.stores.schedules.get(id);
const firing = ({ id, generation }: ScheduleRecord, plannedTime: string) => ({
  scheduleId: id,
  generation,
  plannedTime,
});
const executionsOf = async ({ workflowId }: ScheduleRecord) =>
  (await platform.stores.executions.listByWorkflow(workflowId, { limit: 50, caller: 'me' })).data;

describe('a schedule that fires', () => {
  it('starts the published version with its planned time, and moves on', async () => {
    const schedule = await published({ timezone: 'Europe/Berlin', cronExpression: '0 10 * * *' });
    now = Date.parse('2026-03-02T09:00:01Z');
    const outcome = await fireSchedule(platform, firing(schedule, '2026-03-02T09:00:00Z'));

    expect(outcome.kind).toBe('started');
    const [execution] = await executionsOf(schedule);
    const loaded = await platform.stores.executions.load(execution?.id ?? '');
    expect(execution).toMatchObject({ triggerType: 'scheduled', triggerNodeId: 'clock', mode: 'production' });
    expect(loaded?.record.items).toEqual([
      {
        json: {
          scheduleId: schedule.id,
          plannedTime: '2026-03-02T09:00:00.000Z',
          localTime: '2026-03-02T10:00',
          timezone: 'Europe/Berlin',
          cronExpression: '0 10 * * *',
        },
      },
    ]);
    expect(await rowOf(schedule)).toMatchObject({
      lastExecution: '2026-03-02T09:00:00.000Z',
      lastExecutionId: execution?.id,
      nextExecution: '2026-03-03T09:00:00.000Z',
    });
    expect(poked).toContain(execution?.id);
  });

  it('twice for one planned time, at once or after, starts one execution', async () => {
    const schedule = await published();
    const same = firing(schedule, '2026-03-02T09:00:00.000Z');
    const outcomes = await Promise.all([fireSchedule(platform, same), fireSchedule(platform, same)]);
    const again = await fireSchedule(platform, same);

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['repeated', 'started']);
    expect(again.kind).toBe('repeated');
    expect(await executionsOf(schedule)).toHaveLength(1);
  });

  it('late and out of order does not move its row back', async () => {
    const schedule = await published({ cronExpression: '0 * * * *' });
    now = Date.parse('2026-03-02T10:00:01Z');
    await fireSchedule(platform, firing(schedule, '2026-03-02T10:00:00.000Z'));
    await fireSchedule(platform, firing(schedule, '2026-03-02T09:00:00.000Z'));

    expect(await rowOf(schedule)).toMatchObject({
      lastExecution: '2026-03-02T10:00:00.000Z',
      nextExecution: '2026-03-02T11:00:00.000Z',
    });
    expect(await executionsOf(schedule)).toHaveLength(2);
  });

  it.each([
    [
      'of another generation',
      (row: ScheduleRecord) => firing({ ...row, generation: 9 }, '2026-03-02T09:00:00Z'),
    ],
    ['that is gone', (row: ScheduleRecord) => firing({ ...row, id: 'sch_gone' }, '2026-03-02T09:00:00Z')],
    ['before it starts', (row: ScheduleRecord) => firing(row, '2025-12-31T09:00:00Z')],
    ['after it has ended', (row: ScheduleRecord) => firing(row, '2027-01-02T09:00:00Z')],
  ])('%s is dropped', async (_what, made) => {
    const schedule = await published({
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: '2027-01-01T00:00:00.000Z',
    });

    expect(await fireSchedule(platform, made(schedule))).toEqual({ kind: 'dropped' });
    expect(await executionsOf(schedule)).toEqual([]);
  });

  it('while it is paused or unpublished is dropped', async () => {
    const schedule = await published();
    const paused = await platform.stores.schedules.revise(schedule.id, { isPaused: true });
    expect(paused).toMatchObject({
      isActive: false,
      nextExecution: null,
      generation: schedule.generation + 1,
    });
    expect(await fireSchedule(platform, firing(paused, '2026-03-02T09:00:00Z'))).toEqual({ kind: 'dropped' });

    const resumed = await platform.stores.schedules.revise(schedule.id, { isPaused: false });
    await platform.stores.workflows.unpublish(schedule.workflowId);
    expect(await fireSchedule(platform, firing(resumed, '2026-03-02T09:00:00Z'))).toEqual({
      kind: 'dropped',
    });
  });

  it('is left out while the execution before still runs, if it is not to overlap', async () => {
    const schedule = await published({ cronExpression: '0 * * * *', overlap: 'skip' });
    now = Date.parse('2026-03-02T09:00:00Z');
    const first = await fireSchedule(platform, firing(schedule, '2026-03-02T09:00:00.000Z'));
    now = Date.parse('2026-03-02T10:00:00Z');
    const second = await fireSchedule(platform, firing(schedule, '2026-03-02T10:00:00.000Z'));
    const executionId = 'executionId' in first ? first.executionId : '';

    expect(second).toEqual({ kind: 'overlapped', executionId });
    expect(await rowOf(schedule)).toMatchObject({
      lastExecution: '2026-03-02T09:00:00.000Z',
      nextExecution: '2026-03-02T11:00:00.000Z',
    });
    await platform.stores.executions.settle(
      { id: executionId, ownerId, lifetime: 'short' },
      {
        type: 'executionFinished',
        at: now,
        status: 'completed',
      },
    );
    now = Date.parse('2026-03-02T11:00:00Z');
    expect((await fireSchedule(platform, firing(schedule, '2026-03-02T11:00:00.000Z'))).kind).toBe('started');
  });
});

describe('after the machine was off', () => {
  const plannedTimes = async (schedule: ScheduleRecord) =>
    (await executionsOf(schedule)).map(({ triggerDetail }) => triggerDetail?.split(' ')[1]);

  it('a schedule that skips what it missed goes on with the next time', async () => {
    const schedule = await published({ cronExpression: '0 * * * *', catchUp: 'skip' });
    now = Date.parse('2026-03-05T14:20:00Z');
    await comeDue(platform, schedule);

    expect(await plannedTimes(schedule)).toEqual([]);
    expect(await rowOf(schedule)).toMatchObject({ nextExecution: '2026-03-05T15:00:00.000Z' });
  });

  it('a schedule that catches up once fires the last time it missed', async () => {
    const schedule = await published({ cronExpression: '0 * * * *', catchUp: 'once' });
    now = Date.parse('2026-03-05T14:20:00Z');
    await comeDue(platform, schedule);

    expect(await plannedTimes(schedule)).toEqual(['2026-03-05T14:00:00.000Z']);
    expect(await rowOf(schedule)).toMatchObject({ nextExecution: '2026-03-05T15:00:00.000Z' });
  });

  it('a rare schedule that catches up once fires what it missed long ago', async () => {
    const schedule = await published({ cronExpression: '0 9 2 3 *', catchUp: 'once' });
    now = Date.parse('2026-06-05T14:20:00Z');
    await comeDue(platform, schedule);

    expect(await plannedTimes(schedule)).toEqual(['2026-03-02T09:00:00.000Z']);
    expect(await rowOf(schedule)).toMatchObject({ nextExecution: '2027-03-02T09:00:00.000Z' });
  });

  it('what is less than a minute late counts as on time, each time of it', async () => {
    const schedule = await published({ cronExpression: '* * * * *', catchUp: 'skip' });
    now = Date.parse('2026-03-02T09:00:50Z');
    await comeDue(platform, schedule);

    expect(await plannedTimes(schedule)).toEqual(['2026-03-02T09:00:00.000Z']);
    expect(await rowOf(schedule)).toMatchObject({ nextExecution: '2026-03-02T09:01:00.000Z' });
  });
});
