import { beforeEach, describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/platform.ts';
import { bringAllInLine } from '../../../shared/schedules/bring-in-line.ts';
import { noticeNewClocks } from '../../../shared/schedules/new-clocks.ts';
import type { ScheduleRecord } from '../../../shared/store/schedule-record.ts';
import { accountOf, testPlatform } from '../../http/test-platform.ts';
import { aDefinition } from '../../store/store-builders.ts';
import { aSchedule, noTriggers } from '../../store/trigger-builders.ts';

let platform: Platform;
let now: number;
let ownerId: string;
let told: ScheduleRecord[];
beforeEach(async () => {
  now = Date.parse('2026-03-02T08:30:00Z');
  told = [];
  const base = await testPlatform(() => now);
  platform = {
    ...base,
    scheduler: { put: async (schedule) => void told.push(schedule), remove: async () => undefined },
  };
  ownerId = (await accountOf(platform, 'user')).id;
});

/** Published schedules whose clocks know of them. */
const published = async (count = 1): Promise<readonly ScheduleRecord[]> => {
  const { workflows, schedules } = platform.stores;
  const { id } = await workflows.createWithVersion({ name: 'Nightly', createdBy: ownerId }, aDefinition());
  const wanted = Array.from({ length: count }, (_, position) => aSchedule({ position }));
  const made = await workflows.publish({ workflowId: id, version: 1, ...noTriggers, schedules: wanted });
  await bringAllInLine(platform);
  told = [];
  return schedules.read(made.schedules.map(({ id: scheduleId }) => scheduleId));
};
const sweep = async (clocks: string): Promise<string[]> => {
  told = [];
  await noticeNewClocks(platform, clocks);
  await bringAllInLine(platform, now + 1);
  return told.map(({ id }) => id).toSorted();
};

describe('clocks that know nothing of what is published', () => {
  it('are told all that shall fire, once', async () => {
    const [schedule] = await published();

    expect(await sweep('group-1/table')).toEqual([schedule?.id]);
    expect(await sweep('group-1/table')).toEqual([]);
    expect(await sweep('group-2/table')).toEqual([schedule?.id]);
    expect(await sweep('group-2/restored')).toEqual([schedule?.id]);
    expect(await sweep('group-2/restored')).toEqual([]);
  });

  it('are told the same generation: a firing that is on its way still counts', async () => {
    const [schedule] = await published();

    await sweep('group-1/table');

    expect(told).toMatchObject([{ generation: schedule?.generation }]);
  });

  it('are told nothing of what is paused', async () => {
    const [schedule] = await published();
    await platform.stores.schedules.revise(schedule?.id ?? '', { isPaused: true });
    await bringAllInLine(platform);

    expect(await sweep('group-1/table')).toEqual([]);
  });

  it('fire next in the future, however long nothing fired', async () => {
    const [schedule] = await published();
    now = Date.parse('2026-04-10T12:00:00Z');

    await sweep('group-1/table');

    expect(await platform.stores.schedules.get(schedule?.id ?? '')).toMatchObject({
      nextExecution: '2026-04-11T09:00:00.000Z',
    });
  });

  it('are told again from the beginning when that was cut short', async () => {
    const [schedule] = await published();
    const noteClocks = () => Promise.reject(new Error('The function was killed.'));
    const settings = { ...platform.stores.settings, noteClocks };
    const mortal = { ...platform, stores: { ...platform.stores, settings } };
    await expect(noticeNewClocks(mortal, 'group-1/table')).rejects.toThrow('killed');
    await bringAllInLine(platform);

    expect(await sweep('group-1/table')).toEqual([schedule?.id]);
  });

  it('are told of more than one page', async () => {
    const many = (await Promise.all(Array.from({ length: 6 }, () => published(20)))).flat();
    expect(many).toHaveLength(120);

    expect(await sweep('group-1/table')).toEqual(many.map(({ id }) => id).toSorted());
  }, 60_000);
});
