import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { newId } from '../../../shared/ids.ts';
import { callOut, chain, manual, set } from '../definitions.ts';
import { aWorkbench, silentHttp, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench(silentHttp);
});

const aWorkflow = async (definition: unknown = chain(manual, set({ n: '{{ $json.n }}' }))): Promise<string> =>
  (await bench.owner('POST', '/workflows', { name: 'Any', definition })).body.id;
const run = (id: string, body: object = {}, query = '') =>
  bench.owner('POST', `/workflows/${id}/run${query}`, body);

describe('running by hand', () => {
  it('with wait answers what came out', async () => {
    const done = await run(
      await aWorkflow(),
      { items: [{ json: { n: 1 } }, { json: { n: 2 } }] },
      '?wait=10',
    );

    expect(done).toMatchObject({
      status: 200,
      body: {
        status: 'completed',
        triggerType: 'manual',
        triggeredBy: bench.people.owner.id,
        mode: 'test',
        output: [{ json: { n: 1 } }, { json: { n: 2 } }],
      },
    });
    expect(done.headers.location).toBe(`/api/v1/executions/${done.body.id}`);
  });

  it('without wait is accepted at once, and can be waited for', async () => {
    const accepted = await run(await aWorkflow(), { items: [{ json: { n: 3 } }] });
    expect(accepted).toMatchObject({ status: 202, body: { output: null } });

    const done = await bench.owner('GET', `/executions/${accepted.body.id}?wait=10`);
    expect(done.body).toMatchObject({ status: 'completed', output: [{ json: { n: 3 } }] });
  });

  it('takes the draft, the published version or one by its number', async () => {
    const id = await aWorkflow(chain(manual, set({ v: 'one' })));
    expect(await run(id, { version: 'published' })).toMatchObject({
      status: 409,
      body: { code: 'workflow.notPublished' },
    });
    await bench.owner('POST', `/workflows/${id}/publish`);
    await bench.owner('PUT', `/workflows/${id}`, { definition: chain(manual, set({ v: 'two' })) });
    const ran = async (body: object) => {
      const { output, mode, version } = (await run(id, body, '?wait=10')).body;
      return [output[0].json.v, mode, version];
    };

    expect(await ran({})).toEqual(['two', 'test', 2]);
    expect(await ran({ version: 'draft' })).toEqual(['two', 'test', 2]);
    expect(await ran({ version: 'published' })).toEqual(['one', 'production', 1]);
    expect(await ran({ version: 1 })).toEqual(['one', 'production', 1]);
    expect((await run(id, { version: 9 })).status).toBe(404);
  });

  it('repeated under one Idempotency-Key starts one execution', async () => {
    const id = await aWorkflow();
    const start = () => bench.owner('POST', `/workflows/${id}/run`, {}, { 'idempotency-key': 'once' });

    const [first, second] = [await start(), await start()];

    expect(second.body).toEqual(first.body);
    expect((await bench.owner('GET', `/executions?workflowId=${id}`)).body.data).toHaveLength(1);
  });

  it.each(['run', 'test'])(
    'by %s whose answer was lost is found by the repeat under its Idempotency-Key',
    async (how) => {
      const id = await aWorkflow();
      const start = () =>
        bench.owner('POST', `/workflows/${id}/${how}`, {}, { 'idempotency-key': `lost-${how}` });
      const { idempotency } = bench.platform.stores;
      const complete = vi.spyOn(idempotency, 'complete').mockRejectedValueOnce(new Error('killed'));
      onTestFinished(() => void vi.useRealTimers());

      expect((await start()).status).toBe(500);
      vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
      const repeat = await start();

      expect(complete).toHaveBeenCalledTimes(2);
      const { data } = (await bench.owner('GET', `/executions?workflowId=${id}`)).body;
      expect(data.map((each: { id: string }) => each.id)).toEqual([repeat.body.id]);
    },
  );

  it('tells why it failed', async () => {
    const failing = chain(manual, set({ n: '{{ $number("no number") }}' }));
    const failed = await run(await aWorkflow(failing), {}, '?wait=10');

    expect(failed).toMatchObject({
      status: 200,
      body: { status: 'failed', errorNodeId: 'set', output: null, errorMessage: expect.any(String) },
    });
    const logs = await bench.owner('GET', `/executions/${failed.body.id}/logs`);
    expect(logs.body.data.at(-1)).toMatchObject({
      nodeId: 'set',
      status: 'failed',
      errorMessage: expect.any(String),
    });
  });

  it.each([
    [{ items: 'none' }, ''],
    [{ items: [{ json: [] }] }, ''],
    [{ items: [{ json: {}, extra: 1 }] }, ''],
    [{ version: 0 }, ''],
    [{ version: 'newest' }, ''],
    [{}, '?wait=26'],
    [{}, '?wait=-1'],
    [{}, '?wait=soon'],
    [{ unknown: true }, ''],
  ])('with %j%s is refused', async (body, query) => {
    expect(await run(newId('wf'), body, query)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid' },
    });
  });

  it('keeps emoji, NUL and odd keys as they are', async () => {
    const json = { '🧾 key': 'a\0b', constructor: '👩‍👩‍👧', toString: 1, '': null };
    const done = await run(await aWorkflow(chain(manual)), { items: [{ json }] }, '?wait=10');

    expect(done.body.output).toEqual([{ json }]);
  });
});

/** Node ids and statuses of a log, once the call to the outside is under way. */
const rowsOnceRunning = async (path: string): Promise<readonly [string, string][]> => {
  const { body } = await bench.owner('GET', `${path}/logs`);
  const rows = body.data.map((row: { nodeId: string; status: string }) => [row.nodeId, row.status]);
  return rows.at(-1)?.[1] === 'running' ? rows : rowsOnceRunning(path);
};

describe('an execution under way', () => {
  it('is cancelled once, and then has ended', async () => {
    const accepted = await run(await aWorkflow(chain(manual, callOut, set({ never: '1' }))));
    const path = `/executions/${accepted.body.id}`;

    await rowsOnceRunning(path);

    expect(await bench.owner('DELETE', path)).toMatchObject({
      status: 409,
      body: { code: 'resource.conflict' },
    });
    expect((await bench.owner('POST', `${path}/cancel`)).status).toBe(202);
    expect((await bench.owner('POST', `${path}/cancel`)).status).toBe(202);
    const ended = await bench.owner('GET', `${path}?wait=10`);
    expect(ended.body).toMatchObject({ status: 'cancelled', output: null, finishedAt: expect.any(String) });
    const logs = await bench.owner('GET', `${path}/logs`);
    expect(logs.body.data.map((row: { status: string }) => row.status)).toEqual([
      'completed',
      'failed',
      'skipped',
    ]);
    expect((await bench.owner('POST', `${path}/cancel`)).status).toBe(409);
    expect((await bench.owner('DELETE', path)).status).toBe(204);
    expect((await bench.owner('GET', path)).status).toBe(404);
    expect((await bench.owner('GET', `${path}/logs`)).status).toBe(404);
  }, 15_000);

  it('shows what runs and what is still to come', async () => {
    const accepted = await run(await aWorkflow(chain(manual, callOut, set({ n: '1' }))));
    const path = `/executions/${accepted.body.id}`;
    expect(await rowsOnceRunning(path)).toEqual([
      ['start', 'completed'],
      ['call', 'running'],
    ]);
    expect((await bench.owner('GET', path)).body).toMatchObject({ finishedAt: null, output: null });
    await bench.owner('POST', `${path}/cancel`);
    await bench.orchestrator.idle();
  }, 15_000);

  it('of a deleted workflow is stopped', async () => {
    const id = await aWorkflow(chain(manual, callOut));
    const accepted = await run(id);

    expect((await bench.owner('DELETE', `/workflows/${id}`)).status).toBe(204);

    const ended = await bench.owner('GET', `/executions/${accepted.body.id}?wait=10`);
    expect(ended.body.status).toMatch(/cancelled|failed/);
  }, 15_000);
});

describe('the list of executions', () => {
  it('is newest first, paged, and filtered by status and time', async () => {
    const id = await aWorkflow();
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.unshift((await run(id, {}, '?wait=10')).body.id);
    const list = async (query = '') =>
      (await bench.owner('GET', `/executions?workflowId=${id}${query}`)).body;

    const first = await list('&limit=2');
    const rest = await list(`&limit=2&cursor=${first.nextCursor}`);
    expect([...first.data, ...rest.data].map((each) => each.id)).toEqual(ids);
    expect((await list('&status=failed')).data).toEqual([]);
    expect((await list('&status=completed')).data).toHaveLength(3);
    expect((await list('&startedAfter=2100-01-01T00:00:00Z')).data).toEqual([]);
    const [soon, late] = ['2026-03-29T01:00:00Z', '2100-01-01T00:00:00Z'];
    expect((await list(`&startedAfter=${soon}&startedBefore=${soon}`)).data).toEqual([]);
    expect((await list(`&startedAfter=${late}&startedBefore=${soon}`)).data).toEqual([]);
    expect((await list(`&startedAfter=${late}&startedBefore=${soon}&status=running`)).data).toEqual([]);
    expect((await list('&startedBefore=2100-01-01T00:00:00%2B02:00')).data).toHaveLength(3);
    expect((await bench.owner('GET', '/executions?status=odd')).status).toBe(400);
    expect((await bench.owner('GET', '/executions?startedAfter=yesterday')).status).toBe(400);
  });
});

describe('the log', () => {
  it('is paged, filtered by node, and cut when its data is large', async () => {
    const id = await aWorkflow();
    const items = Array.from({ length: 40 }, (_, n) => ({ json: { n, text: 'x'.repeat(50_000) } }));
    const { body } = await run(id, { items: items.slice(0, 40) }, '?wait=20');
    const logs = async (query: string) =>
      (await bench.owner('GET', `/executions/${body.id}/logs${query}`)).body;

    const first = await logs('?limit=1');
    expect(first.data).toMatchObject([{ nodeId: 'start', truncated: true, run: 'start', attempt: 1 }]);
    expect(first.data[0].outputData.main.length).toBeLessThan(40);
    const second = await logs(`?limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ nodeId: 'set' }], nextCursor: null });
    expect((await logs('?nodeId=set')).data).toHaveLength(1);
    expect((await logs('?nodeId=none')).data).toEqual([]);
  }, 30_000);
});
