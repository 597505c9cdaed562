import { beforeEach, describe, expect, it } from 'vitest';
import { sweep } from '../../../shared/executions/sweep.ts';
import { admit } from '../../../shared/operations/admission.ts';
import { acceptedIn } from '../../shared/executions/executions-at-rest.ts';
import { chain, manual, set, webhook } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const aWorkflow = async (definition: unknown = chain(manual)): Promise<string> => {
  const { body } = await bench.owner('POST', '/workflows', { name: 'Any', definition });
  return body.id;
};
const run = (id: string) => bench.owner('POST', `/workflows/${id}/run?wait=5`, {});
const sweepOnce = () =>
  sweep({
    stores: bench.platform.stores,
    clock: bench.platform.clock,
    poke: bench.orchestrator.poke,
    knows: () => false,
    isHeld: () => false,
    startMilliseconds: 0,
    log: () => undefined,
  });

describe('a platform that is held', () => {
  it('starts nothing and sweeps nothing until it is resumed', async () => {
    const id = await aWorkflow(chain(webhook(), set({ a: '1' })));
    const { body } = await bench.owner('POST', `/workflows/${id}/publish`);
    const left = await acceptedIn(bench, chain(manual));

    const held = await bench.admin('POST', '/operations/hold', { reason: 'A move to another region.' });

    expect(held.body.hold).toMatchObject({ reason: 'A move to another region.' });
    for (const refused of [await run(id), await bench.hook('POST', body.webhooks[0].url, { body: {} })])
      expect(refused).toMatchObject({ status: 503, body: { code: 'platform.held' } });
    expect(await sweepOnce()).toEqual({ open: 0, woken: 0, poisoned: 0 });

    expect((await bench.admin('POST', '/operations/resume')).body.hold).toBeNull();
    expect((await run(await aWorkflow())).status).toBe(200);
    expect(await sweepOnce()).toMatchObject({ woken: 1 });
    await bench.orchestrator.idle();
    expect((await bench.owner('GET', `/executions/${left.id}`)).body.status).toBe('completed');
  });

  it('lets an operator release open executions one by one, or fail them', async () => {
    const [one, other] = [await acceptedIn(bench, chain(manual)), await acceptedIn(bench, chain(manual))];
    await bench.admin('POST', '/operations/hold');
    const open = await bench.admin('GET', '/operations/open-executions');
    expect(open.body.data.map(({ id }: { id: string }) => id).sort()).toEqual([one.id, other.id].sort());
    const path = (id: string) => `/operations/open-executions/${id}`;

    expect((await bench.admin('POST', `${path(one.id)}/release`)).status).toBe(202);
    const failed = await bench.admin('POST', `${path(other.id)}/fail`, { reason: 'It ran on elsewhere.' });
    await bench.orchestrator.idle();

    expect((await bench.owner('GET', `/executions/${one.id}`)).body.status).toBe('completed');
    expect(failed.body).toMatchObject({
      status: 'failed',
      errorCode: 'execution.ended',
      errorMessage: 'It ran on elsewhere.',
    });
    expect((await bench.admin('POST', `${path(other.id)}/release`)).status).toBe(409);
    expect((await bench.admin('GET', '/operations/open-executions')).body.data).toEqual([]);
  });
});

describe('quotas', () => {
  const allow = (quotas: object) => bench.admin('PATCH', '/operations/quotas', quotas);

  it('are told, and changed one by one', async () => {
    const before = (await bench.admin('GET', '/operations')).body.quotas;
    const { body } = await allow({ workflows: 3 });
    expect(body.quotas).toEqual({ ...before, workflows: 3 });
  });

  it('limit the workflows of an owner', async () => {
    await allow({ workflows: 1 });
    await aWorkflow();
    const refused = await bench.owner('POST', '/workflows', { name: 'One more' });
    expect(refused).toMatchObject({ status: 429, body: { code: 'quota.exceeded' } });
    expect(refused.body.detail).toContain('1');
    expect((await bench.stranger('POST', '/workflows', { name: 'Mine' })).status).toBe(201);
  });

  it('limit the schedules of an owner, also those that publishing adds', async () => {
    await allow({ schedules: 2 });
    const clock = (id: string) => ({
      id,
      name: id,
      type: 'trigger.schedule',
      parameters: { cron: '0 9 * * *' },
    });
    const withClocks = async (...ids: string[]) => {
      const definition = { nodes: ids.map(clock) };
      return (await bench.owner('POST', '/workflows', { name: 'Clocks', definition })).body.id;
    };
    const publish = (id: string) => bench.owner('POST', `/workflows/${id}/publish`);

    const refused = await publish(await withClocks('one', 'two', 'three'));
    expect(refused).toMatchObject({ status: 429, body: { code: 'quota.exceeded' } });

    const id = await withClocks('one', 'two');
    expect((await publish(id)).status).toBe(200);
    // Other clocks in the place of those there are need no room.
    await bench.owner('PUT', `/workflows/${id}`, { definition: { nodes: [clock('three'), clock('two')] } });
    expect((await publish(id)).status).toBe(200);
    expect((await publish(await withClocks('one'))).status).toBe(429);
  });

  it('limit the starts of an owner in a minute, and say when to come again', async () => {
    await allow({ startsPerMinute: 2 });
    const id = await aWorkflow();
    const statuses = [(await run(id)).status, (await run(id)).status];
    const refused = await run(id);

    expect(statuses).toEqual([200, 200]);
    expect(refused).toMatchObject({ status: 429, body: { code: 'quota.exceeded' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await run(id)).status).toBe(429);

    await allow({ startsPerMinute: 1_000 });
    expect((await run(id)).status).toBe(200);
  });

  it('limit the bytes that triggers bring in a day', async () => {
    await allow({ startsPerMinute: 100, payloadBytesPerDay: 1_000 });
    const id = await aWorkflow();
    const items = [{ json: { text: 'x'.repeat(600) } }];
    const start = () => bench.owner('POST', `/workflows/${id}/run`, { items });

    expect([(await start()).status, (await start()).status]).toEqual([202, 429]);
  });

  it('limit what is open, as the sweep counts it', async () => {
    await acceptedIn(bench, chain(manual), { isOwed: true });
    await allow({ openExecutions: 1 });
    await sweepOnce();
    expect((await run(await aWorkflow())).status).toBe(429);
    await bench.orchestrator.idle();
  });

  it('lets in whom it could not count the time before', async () => {
    const { stores } = bench.platform;
    let isDown = true;
    const openOf: typeof stores.operations.openOf = (ownerId) =>
      isDown ? Promise.reject(new Error('down')) : stores.operations.openOf(ownerId);
    const shaky = { ...stores, operations: { ...stores.operations, openOf } };
    const asking = { id: 'exec_any', ownerId: bench.people.owner.id, items: [] };
    await expect(admit(shaky, asking, Date.now())).rejects.toThrow('down');
    isDown = false;
    await expect(admit(shaky, asking, Date.now())).resolves.toBeUndefined();
  });

  it.each([[{ workflows: -1 }], [{ workflows: 1.5 }], [{ nodes: 1 }], [{ startsPerMinute: '9' }]])(
    'are not %j',
    async (quotas) => {
      expect((await allow(quotas)).status).toBe(400);
    },
  );

  it('are for admins', async () => {
    expect((await bench.owner('GET', '/operations')).status).toBe(403);
    expect((await bench.owner('PATCH', '/operations/quotas', {})).status).toBe(403);
  });
});
