import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeScheduleTimers } from '../../infra/local/schedule-timers.ts';
import type { ScheduleRecord } from '../../shared/store/schedule-record.ts';

beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-03-02T08:59:00Z') }));
afterEach(() => vi.useRealTimers());

/** Rows that only have what timers look at; firing moves one on by a minute. */
const world = (...nexts: readonly (string | null)[]) => {
  const rows = new Map(
    nexts.map((nextExecution, index) => {
      const id = `sch_${index}`;
      return [id, { id, generation: 1, isActive: true, nextExecution } as ScheduleRecord];
    }),
  );
  const fired: [id: string, at: string][] = [];
  const failing = new Set<string>();
  const timers = makeScheduleTimers({
    active: async () => [...rows.values()],
    read: async (id) => rows.get(id) ?? null,
    fire: async (schedule) => {
      if (failing.delete(schedule.id)) throw new Error('The disk is full.');
      fired.push([schedule.id, new Date().toISOString()]);
      const next = new Date(Date.parse(schedule.nextExecution ?? '') + 60_000).toISOString();
      rows.set(schedule.id, { ...schedule, nextExecution: next });
    },
    now: () => Date.now(),
    log: () => {},
  });
  return { rows, fired, failing, timers };
};

describe('the timers of schedules', () => {
  it('fire on time, again and again', async () => {
    const { fired, timers } = world('2026-03-02T09:00:00.000Z', '2026-03-02T09:00:30.000Z', null);
    await timers.start();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(fired).toEqual([]);
    await vi.advanceTimersByTimeAsync(92_000);

    expect(fired).toEqual([
      ['sch_0', '2026-03-02T09:00:00.000Z'],
      ['sch_1', '2026-03-02T09:00:30.000Z'],
      ['sch_0', '2026-03-02T09:01:00.000Z'],
      ['sch_1', '2026-03-02T09:01:30.000Z'],
    ]);
    timers.stop();
  });

  it('fire at once what came due while nobody looked', async () => {
    const { fired, timers } = world('2026-03-02T08:00:00.000Z');
    await timers.start();
    await vi.advanceTimersByTimeAsync(1);

    expect(fired[0]).toEqual(['sch_0', '2026-03-02T08:59:00.000Z']);
    timers.stop();
  });

  it('rest while one fires that is put again meanwhile', async () => {
    const schedule = {
      id: 'sch_0',
      isActive: true,
      nextExecution: '2026-03-02T08:59:00.000Z',
    } as ScheduleRecord;
    const firing = Promise.withResolvers<void>();
    let looks = 0;
    const timers = makeScheduleTimers({
      active: async () => [schedule],
      read: async () => schedule,
      fire: () => firing.promise,
      now: () => {
        looks += 1;
        return Date.now();
      },
      log: () => {},
    });
    await timers.start();
    await vi.advanceTimersByTimeAsync(1);
    await timers.put(schedule);
    const before = looks;

    await vi.advanceTimersByTimeAsync(5_000);

    expect(looks).toBe(before);
    firing.resolve();
    timers.stop();
  });

  it('believe the row and not themselves', async () => {
    const { rows, fired, timers } = world('2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00.000Z');
    await timers.start();
    const row = rows.get('sch_0') as ScheduleRecord;
    rows.set('sch_0', { ...row, nextExecution: '2026-03-02T09:05:00.000Z' });
    rows.delete('sch_1');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(fired).toEqual([]);
    await vi.advanceTimersByTimeAsync(245_000);

    expect(fired).toEqual([['sch_0', '2026-03-02T09:05:00.000Z']]);
    timers.stop();
  });

  it('follow what is put and removed', async () => {
    const { rows, fired, timers } = world('2026-03-02T12:00:00.000Z', '2026-03-02T09:00:00.000Z');
    await timers.start();
    const sooner = { ...(rows.get('sch_0') as ScheduleRecord), nextExecution: '2026-03-02T09:00:10.000Z' };
    rows.set('sch_0', sooner);
    await timers.put(sooner);
    await timers.remove('sch_1');
    await vi.advanceTimersByTimeAsync(71_000);

    expect(fired).toEqual([['sch_0', '2026-03-02T09:00:10.000Z']]);
    timers.stop();
  });

  it('try again what could not be stored', async () => {
    const { fired, failing, timers } = world('2026-03-02T09:00:00.000Z');
    failing.add('sch_0');
    await timers.start();
    await vi.advanceTimersByTimeAsync(66_000);

    expect(fired).toEqual([['sch_0', '2026-03-02T09:00:05.000Z']]);
    timers.stop();
  });

  it('that have stopped fire nothing', async () => {
    const { fired, timers } = world('2026-03-02T09:00:00.000Z');
    await timers.start();
    timers.stop();
    await vi.advanceTimersByTimeAsync(600_000);

    expect(fired).toEqual([]);
  });
});
