import { beforeAll, describe, expect, it } from 'vitest';
import { scheduleHandlers } from '../../../functions/schedules/handlers.ts';
import { workflowHandlers } from '../../../functions/workflows/handlers.ts';
import type { Platform } from '../../../shared/platform.ts';
import { bringAllInLine, bringInLine } from '../../../shared/schedules/bring-in-line.ts';
import type { ScheduleRecord } from '../../../shared/store/schedule-record.ts';
import { aClient } from '../../http/client.ts';
import { type Account, accountOf, testPlatform } from '../../http/test-platform.ts';
import { chain } from '../definitions.ts';

let platform: Platform;
let owner: Account;
let stranger: Account;
let call: (
  method: string,
  path: string,
  body?: unknown,
  who?: Account,
  headers?: Record<string, string>,
) => Promise<Awaited<ReturnType<ReturnType<typeof aClient>>>>;
const NOW = Date.parse('2026-03-02T08:30:00Z');
/** What the clock behind schedules has been told; it refuses while it is down. */
const clock = { told: new Map<string, ScheduleRecord>(), isDown: false };

beforeAll(async () => {
  const base = await testPlatform(() => NOW);
  const tell = (change: () => void) => {
    if (clock.isDown) throw new Error('The clock is away.');
    change();
  };
  platform = {
    ...base,
    scheduler: {
      put: async (schedule) => tell(() => clock.told.set(schedule.id, schedule)),
      remove: async (id) => tell(() => clock.told.delete(id)),
    },
  };
  owner = await accountOf(platform, 'user', 'owner');
  stranger = await accountOf(platform, 'user', 'stranger');
  const send = aClient([...workflowHandlers, ...scheduleHandlers], platform);
  call = (method, path, body, who = owner, headers = {}) => {
    const [pathname = '', query = ''] = path.split('?');
    return send({
      method,
      path: `/api/v1${pathname}`,
      query,
      token: who.token,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  };
});

const clockNode = (parameters: object = {}) => ({
  id: 'clock',
  name: 'Clock',
  type: 'trigger.schedule',
  parameters: { cron: '0 9 * * *', timezone: 'Europe/Berlin', ...parameters },
});
const created = async (parameters: object = {}) =>
  (await call('POST', '/workflows', { name: 'Nightly', definition: chain(clockNode(parameters)) })).body
    .id as string;
const saved = (id: string, parameters: object) =>
  call('PUT', `/workflows/${id}`, { definition: chain(clockNode(parameters)) });
const publish = async (id: string) => (await call('POST', `/workflows/${id}/publish`)).body;
const schedulesOf = async (id: string) => (await call('GET', `/schedules?workflowId=${id}`)).body.data;

describe('publishing a schedule trigger', () => {
  it('makes a schedule for each expression, and tells the clock', async () => {
    const id = await created({ cron: ['0 9 * * *', '0 17 * * FRI'], overlap: 'skip', catchUp: 'once' });
    const { schedules } = await publish(id);

    expect(schedules).toMatchObject([
      {
        cronExpression: '0 9 * * *',
        nextExecution: '2026-03-03T08:00:00.000Z',
        isActive: true,
        inLine: true,
      },
      {
        cronExpression: '0 17 * * FRI',
        nextExecution: '2026-03-06T16:00:00.000Z',
        isActive: true,
        inLine: true,
      },
    ]);
    expect(await schedulesOf(id)).toMatchObject([
      { madeBy: 'node', overlap: 'skip', catchUp: 'once', version: 1, lastExecution: null },
      { madeBy: 'node' },
    ]);
    expect(clock.told.get(schedules[0].id)).toMatchObject({ isActive: true, generation: 1 });
  });

  it('again keeps what did not change, changes what did, and removes the rest', async () => {
    const id = await created({ cron: ['0 9 * * *', '0 10 * * *', '0 11 * * *'] });
    const [first, second, third] = (await publish(id)).schedules;
    await saved(id, { cron: ['0 9 * * *', '30 10 * * *'] });
    const again = await publish(id);

    expect(again.schedules.map((each: { id: string }) => each.id)).toEqual([first.id, second.id]);
    expect(clock.told.get(first.id)).toMatchObject({ generation: 1, version: 2 });
    expect(clock.told.get(second.id)).toMatchObject({ generation: 2, cronExpression: '30 10 * * *' });
    expect(clock.told.has(third.id)).toBe(false);
    expect(await platform.stores.schedules.get(third.id)).toBeNull();
  });

  it('loses no firing that is due meanwhile', async () => {
    const id = await created();
    const [{ id: scheduleId }] = (await publish(id)).schedules;
    await platform.stores.schedules.update(scheduleId, { nextExecution: '2026-03-02T08:29:00.000Z' });
    await publish(id);

    expect(await platform.stores.schedules.get(scheduleId)).toMatchObject({
      nextExecution: '2026-03-02T08:29:00.000Z',
    });
  });

  it('while the clock is away succeeds, says so, and is made up for by the sweep', async () => {
    const id = await created();
    clock.isDown = true;
    const { schedules } = await publish(id);
    expect(schedules).toMatchObject([{ isActive: true, inLine: false }]);
    expect(await schedulesOf(id)).toMatchObject([{ inLine: false }]);
    await bringAllInLine(platform);
    expect(await schedulesOf(id)).toMatchObject([{ inLine: false }]);
    clock.isDown = false;

    await bringAllInLine(platform);
    expect(await schedulesOf(id)).toMatchObject([{ inLine: true }]);
    expect(clock.told.has(schedules[0].id)).toBe(true);
    expect(await bringAllInLine(platform)).toBe(0);
  });

  it('leaves no clock behind when the schedule is removed meanwhile, by two at once', async () => {
    const id = await created();
    await publish(id);
    const own = await call('POST', '/schedules', {
      workflowId: id,
      nodeId: 'clock',
      cronExpression: '0 3 * * *',
      timezone: 'Europe/Berlin',
    });
    const before = (await platform.stores.schedules.get(own.body.id)) as ScheduleRecord;
    const marked = await platform.stores.workflows.removeSchedule(before);
    const lines: unknown[] = [];
    const watched = { ...platform, log: (line: unknown) => lines.push(line) };
    const ends = await Promise.all([
      bringInLine(watched, marked as ScheduleRecord),
      bringInLine(watched, marked as ScheduleRecord),
    ]);
    const late = await bringInLine(watched, before);

    expect([...ends, late]).toEqual([null, null, null]);
    expect(lines).toEqual([]);
    expect(clock.told.has(before.id)).toBe(false);
  });

  it('is refused with the reason when an expression is wrong', async () => {
    const id = await created({ cron: '61 * * * *', timezone: 'Mars/Base' });
    const answer = await call('POST', `/workflows/${id}/publish`);

    expect(answer).toMatchObject({ status: 422, body: { code: 'workflow.invalid' } });
    expect(answer.body.errors.map((each: { pointer: string }) => each.pointer).sort()).toEqual([
      '/nodes/0/parameters/cron',
      '/nodes/0/parameters/timezone',
    ]);
  });

  it('is undone by unpublishing, and by removing the workflow', async () => {
    const id = await created();
    const [{ id: scheduleId }] = (await publish(id)).schedules;
    await call('POST', `/workflows/${id}/unpublish`);
    expect(await schedulesOf(id)).toMatchObject([{ isActive: false, nextExecution: null, inLine: true }]);
    expect(clock.told.get(scheduleId)).toMatchObject({ isActive: false, generation: 2 });
    await publish(id);
    expect(await schedulesOf(id)).toMatchObject([{ id: scheduleId, isActive: true }]);

    await call('DELETE', `/workflows/${id}`);
    expect(clock.told.has(scheduleId)).toBe(false);
    expect(await platform.stores.schedules.get(scheduleId)).toBeNull();
  });
});

describe('a schedule', () => {
  it('is paused and resumed, and publishing does not wake it', async () => {
    const id = await created();
    const [{ id: scheduleId }] = (await publish(id)).schedules;
    const paused = await call('POST', `/schedules/${scheduleId}/pause`);
    expect(paused).toMatchObject({
      status: 200,
      body: { isPaused: true, isActive: false, nextExecution: null },
    });
    await publish(id);
    expect(await schedulesOf(id)).toMatchObject([{ isPaused: true, isActive: false }]);

    const resumed = await call('POST', `/schedules/${scheduleId}/resume`);
    expect(resumed.body).toMatchObject({
      isActive: true,
      nextExecution: '2026-03-03T08:00:00.000Z',
      inLine: true,
    });
  });

  it('of a trigger node is not changed or removed by itself', async () => {
    const id = await created();
    const [{ id: scheduleId }] = (await publish(id)).schedules;

    expect((await call('PATCH', `/schedules/${scheduleId}`, { cronExpression: '* * * * *' })).status).toBe(
      409,
    );
    expect((await call('DELETE', `/schedules/${scheduleId}`)).status).toBe(409);
  });

  it('of one’s own is made for a trigger node, changed and removed', async () => {
    const id = await created();
    const body = { workflowId: id, nodeId: 'clock', cronExpression: '0 12 * * *', timezone: 'UTC' };
    const waiting = await call('POST', '/schedules', body);
    expect(waiting).toMatchObject({ status: 201, body: { madeBy: 'resource', isActive: false } });
    await publish(id);
    const one = await call('GET', `/schedules/${waiting.body.id}`);
    expect(one.body).toMatchObject({ isActive: true, version: 1, nextExecution: '2026-03-02T12:00:00.000Z' });

    const changed = await call('PATCH', `/schedules/${one.body.id}`, {
      cronExpression: '0 13 * * *',
      endsAt: '2026-03-02T12:30:00+00:00',
    });
    expect(changed.body).toMatchObject({ cronExpression: '0 13 * * *', nextExecution: null });
    expect(
      (await call('PATCH', `/schedules/${one.body.id}`, { startsAt: '2026-03-03T00:00:00Z' })).status,
    ).toBe(400);
    const stale = { 'if-match': '"1"' };
    const path = `/schedules/${one.body.id}`;
    expect((await call('DELETE', path, undefined, owner, stale)).body.code).toBe('resource.changed');
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', `/schedules/${one.body.id}`)).status).toBe(404);
    expect(clock.told.has(one.body.id)).toBe(false);
  });

  it('is made for nothing but a schedule trigger', async () => {
    const id = await created();
    const answer = await call('POST', '/schedules', {
      workflowId: id,
      nodeId: 'x',
      cronExpression: '0 12 * * *',
    });

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/nodeId' }] } });
  });

  it('is nobody else’s to see', async () => {
    const id = await created();
    const [{ id: scheduleId }] = (await publish(id)).schedules;

    expect((await call('GET', `/schedules/${scheduleId}`, undefined, stranger)).status).toBe(404);
    expect((await call('GET', `/schedules?workflowId=${id}`, undefined, stranger)).status).toBe(404);
    expect((await call('POST', `/schedules/${scheduleId}/pause`, undefined, stranger)).status).toBe(404);
    expect((await call('GET', '/schedules', undefined, stranger)).body.data).toEqual([]);
  });
});

describe('a preview', () => {
  it('says when it fires, what changes of the clock do to it, and what AWS is told', async () => {
    const asked = { cronExpression: '30 2 * * *', timezone: 'Europe/Berlin', count: 3 };
    const spring = await call('POST', '/schedules/preview', { ...asked, after: '2026-03-28T00:00:00Z' });
    expect(spring.body).toEqual({
      data: [
        { at: '2026-03-28T01:30:00.000Z', localTime: '2026-03-28T02:30', dst: null },
        { at: null, localTime: '2026-03-29T02:30', dst: 'skipped' },
        { at: '2026-03-30T00:30:00.000Z', localTime: '2026-03-30T02:30', dst: null },
      ],
      aws: [{ expression: 'cron(30 2 * * ? *)', timezone: 'Europe/Berlin' }],
    });
    const autumn = await call('POST', '/schedules/preview', { ...asked, after: '2026-10-24T12:00:00Z' });
    expect(autumn.body.data[0]).toEqual({
      at: '2026-10-25T00:30:00.000Z',
      localTime: '2026-10-25T02:30',
      dst: 'repeated',
    });
  });

  it('of what is wrong says what and where', async () => {
    const answer = await call('POST', '/schedules/preview', {
      cronExpression: '0 0 * *',
      timezone: '+01:00',
    });

    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([
      { pointer: '/cronExpression', message: expect.stringContaining('it has 4') },
      { pointer: '/timezone', message: expect.stringContaining('IANA') },
    ]);
  });
});
