import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../shared/ids.ts';
import { acceptedIn } from '../../shared/executions/executions-at-rest.ts';
import { chain, manual, set } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const failing = chain(manual, set({ n: '{{ $number("no number") }}' }));
const aWorkflow = async (definition: unknown): Promise<string> =>
  (await bench.owner('POST', '/workflows', { name: 'Any', definition })).body.id;
const run = async (id: string): Promise<string> =>
  (await bench.owner('POST', `/workflows/${id}/run?wait=10`, {})).body.id;
const bulk = (body: object, who = bench.owner) => who('POST', '/executions/bulk', body);

describe('many executions at once', () => {
  it('are deleted, each for itself', async () => {
    const done = await run(await aWorkflow(chain(manual)));
    const open = await acceptedIn(bench, chain(manual));
    const gone = newId('exec');

    const { body } = await bulk({ action: 'delete', ids: [done, open.id, gone] });

    expect(body).toEqual({
      hasMore: false,
      results: [
        { id: done, isDone: true },
        { id: open.id, isDone: false, code: 'resource.conflict', detail: expect.any(String) },
        { id: gone, isDone: false, code: 'resource.notFound', detail: expect.any(String) },
      ],
    });
    expect((await bench.owner('GET', `/executions/${done}`)).status).toBe(404);
  });

  it('are retried by a filter', async () => {
    const id = await aWorkflow(failing);
    const [first, second] = [await run(id), await run(id)];
    await run(await aWorkflow(chain(manual)));

    const { body } = await bulk({ action: 'retry', filter: { workflowId: id, status: 'failed' }, limit: 1 });

    expect(body).toMatchObject({ hasMore: true, results: [{ id: second, isDone: true }] });
    const { body: again } = await bench.owner('GET', `/executions/${body.results[0].executionId}`);
    expect(again).toMatchObject({ retryOf: second });
    expect(first).not.toBe(second);
  });

  it('are cancelled where they are open', async () => {
    const open = await acceptedIn(bench, chain(manual));
    const { body } = await bulk({ action: 'cancel', filter: { status: 'open' } });
    expect(body.results).toEqual([{ id: open.id, isDone: true }]);
    await bench.orchestrator.idle();
    expect((await bench.owner('GET', `/executions/${open.id}`)).body.status).toBe('cancelled');
  });

  it('are only one’s own', async () => {
    const done = await run(await aWorkflow(chain(manual)));
    const { body } = await bulk({ action: 'delete', ids: [done] }, bench.stranger);
    expect(body.results).toMatchObject([{ isDone: false, code: 'resource.notFound' }]);
    expect((await bulk({ action: 'delete', filter: {} }, bench.stranger)).body.results).toEqual([]);
  });

  it.each([
    [{ action: 'delete' }],
    [{ action: 'delete', ids: [], filter: {} }],
    [{ action: 'burn', ids: ['exec_01h455vb4pex5vsknk084sn02q'] }],
    [{ action: 'delete', ids: ['wf_01h455vb4pex5vsknk084sn02q'] }],
    [{ action: 'delete', filter: { status: 'odd' } }],
  ])('are not %j', async (body) => {
    expect((await bulk(body)).status).toBe(400);
  });
});

describe('lists by status', () => {
  it('come from the indexes of what is open and what has failed', async () => {
    const failedOnes = await aWorkflow(failing);
    const failed = [await run(failedOnes), await run(failedOnes)];
    await run(await aWorkflow(chain(manual)));
    const open = [];
    for (let n = 0; n < 5; n += 1) open.unshift((await acceptedIn(bench, chain(manual))).id);
    const ids = async (query: string, who = bench.owner) =>
      (await who('GET', `/executions?${query}`)).body.data.map(({ id }: { id: string }) => id);

    expect(await ids('status=failed')).toEqual(failed.toReversed());
    expect((await ids('status=open')).sort()).toEqual([...open].sort());
    expect((await ids('status=pending')).sort()).toEqual([...open].sort());
    expect(await ids('status=running')).toEqual([]);
    expect(await ids('status=open', bench.stranger)).toEqual([]);
    expect(await ids(`status=failed&workflowId=${failedOnes}`)).toEqual(failed.toReversed());
    expect(await ids('triggerType=webhook')).toEqual([]);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await bench.owner('GET', `/executions?status=open&limit=2${cursor}`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor !== '');
    expect(seen.sort()).toEqual([...open].sort());
  });
});

describe('statistics', () => {
  it('count executions by status, day and trigger, and tell how long they took', async () => {
    const id = await aWorkflow(chain(manual));
    await run(id);
    await run(id);
    await run(await aWorkflow(failing));
    await acceptedIn(bench, chain(manual));
    const today = new Date().toISOString().slice(0, 10);

    const { body } = await bench.owner('GET', '/stats?days=1');
    expect(body).toMatchObject({
      isComplete: true,
      executions: 4,
      byStatus: { pending: 1, running: 0, completed: 2, failed: 1, cancelled: 0 },
      byTrigger: { manual: 4 },
      durationMs: { median: expect.any(Number), p95: expect.any(Number), max: expect.any(Number) },
    });
    expect(body.byDay[0]).toMatchObject({ date: today, completed: 2 });
    expect((await bench.owner('GET', `/stats?workflowId=${id}`)).body).toMatchObject({ executions: 2 });
    expect((await bench.stranger('GET', '/stats')).body).toMatchObject({ executions: 0, durationMs: null });
    expect((await bench.stranger('GET', `/stats?workflowId=${id}`)).status).toBe(404);
    expect((await bench.owner('GET', '/stats?days=0')).status).toBe(400);
    expect((await bench.admin('GET', `/stats?ownerId=${bench.people.owner.id}`)).body.executions).toBe(4);
  });
});
