import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { makeFiles } from '../../../engine/files.ts';
import type { HttpRequest } from '../../../engine/ports.ts';
import { newId } from '../../../shared/ids.ts';
import { type Lifetime, portInClass } from '../../../shared/store/lifetime.ts';
import { chain, manual, set } from '../definitions.ts';
import { answering, aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
let called: HttpRequest[];
let broken: string | null;
beforeEach(async () => {
  called = [];
  broken = 'https://example.com/b';
  bench = await aWorkbench(
    answering((request) => {
      called.push(request);
      return request.url === broken ? 400 : 200;
    }),
  );
});

const call = (id: string) => ({
  id,
  name: id.toUpperCase(),
  type: 'http.request',
  parameters: { method: 'POST', url: `https://example.com/${id}` },
});
const three = chain(manual, call('a'), call('b'), set({ done: 'yes' }));
const urls = () => called.map(({ url }) => url.slice('https://example.com/'.length));

/** An execution that has ended, and its workflow. */
const ended = async (definition: DefinitionInput = three) => {
  const made = await bench.owner('POST', '/workflows', { name: 'Any', definition });
  const workflow = `/workflows/${made.body.id}`;
  await bench.owner('POST', `${workflow}/publish`);
  const { body } = await bench.owner('POST', `${workflow}/run?wait=10`, {
    version: 'published',
    items: [{ json: { n: 1 } }],
  });
  const sent = called.splice(0);
  return { workflow, id: body.id, body, path: `/executions/${body.id}`, sent };
};
const retry = (path: string, body: object = {}) => bench.owner('POST', `${path}/retry?wait=10`, body);
const preview = async (path: string, body: object = {}) =>
  (await bench.owner('POST', `${path}/retry/preview`, body)).body;

describe('a retry from the failed node', () => {
  it('keeps what was done, says so beforehand, and is an execution of its own', async () => {
    const { path, id, sent } = await ended();
    broken = null;

    expect(await preview(path)).toEqual({
      version: 1,
      from: 'failedNode',
      nodeId: 'b',
      keeps: [{ nodeId: 'a', name: 'A', runs: 1 }],
      repeats: [{ nodeId: 'b', name: 'B', type: 'http.request', runs: 0, uncertainRuns: 1 }],
    });
    const again = await retry(path);

    expect(again).toMatchObject({
      status: 200,
      body: {
        status: 'completed',
        retryOf: id,
        triggerType: 'manual',
        triggerDetail: 'retry',
        triggeredBy: bench.people.owner.id,
        mode: 'production',
        output: [{ json: { done: 'yes' } }],
      },
    });
    expect(urls()).toEqual(['b']);
    expect(called[0]?.headers['idempotency-key']).not.toBe(sent[1]?.headers['idempotency-key']);
    expect((await bench.owner('GET', path)).body).toMatchObject({ status: 'failed' });
    const logs = await bench.owner('GET', `/executions/${again.body.id}/logs`);
    expect(logs.body.data.map((row: { nodeId: string }) => row.nodeId)).toEqual(['start', 'a', 'b', 'set']);
  });

  it('whose answer was lost is found by the repeat under its Idempotency-Key, and not begun again', async () => {
    const { path, workflow } = await ended();
    broken = null;
    const again = () => bench.owner('POST', `${path}/retry?wait=10`, {}, { 'idempotency-key': 'lost' });
    const { idempotency } = bench.platform.stores;
    vi.spyOn(idempotency, 'complete').mockRejectedValueOnce(new Error('killed'));
    onTestFinished(() => void vi.useRealTimers());

    expect((await again()).status).toBe(500);
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });

    expect(await again()).toMatchObject({ status: 200, body: { status: 'completed' } });
    expect(urls()).toEqual(['b']);
    const { data } = (await bench.owner('GET', `/executions?workflowId=${workflow.split('/').at(-1)}`)).body;
    expect(data).toHaveLength(2);
  });

  it('runs the mended version if asked to', async () => {
    const { path, workflow } = await ended();
    const mended = chain(manual, call('a'), { ...call('b'), parameters: call('c').parameters });
    await bench.owner('PUT', workflow, { definition: mended });

    expect((await retry(path, { version: 'published' })).body).toMatchObject({
      status: 'failed',
      version: 1,
    });
    expect((await retry(path, { version: 'draft' })).body).toMatchObject({ status: 'completed', version: 2 });
    expect(urls()).toEqual(['b', 'c']);
  });

  it('that has failed can be retried in turn', async () => {
    const { path } = await ended();
    const second = await retry(path);
    broken = null;

    const third = await retry(`/executions/${second.body.id}`);

    expect(third.body).toMatchObject({ status: 'completed', retryOf: second.body.id });
    expect(urls()).toEqual(['b', 'b']);
  });

  it('goes on after a stop node that failed it', async () => {
    const stop = {
      id: 'stop',
      name: 'Stop',
      type: 'flow.stop',
      parameters: { result: 'error', message: 'no' },
    };
    broken = null;
    const { path, body } = await ended(chain(manual, call('a'), stop));
    expect(body).toMatchObject({ status: 'failed', errorNodeId: 'stop' });

    expect((await retry(path)).body).toMatchObject({ status: 'failed', errorNodeId: 'stop' });
    expect(urls()).toEqual([]);
  });
});

describe('a retry from the start or from a node', () => {
  it('says which completed nodes with effects would act again', async () => {
    broken = null;
    const { path } = await ended();
    const acting = (nodeId: string) => expect.objectContaining({ nodeId, runs: 1, uncertainRuns: 0 });

    expect(await preview(path, { from: 'start' })).toMatchObject({
      keeps: [],
      repeats: [acting('a'), acting('b')],
    });
    expect(await preview(path, { from: 'node', nodeId: 'b' })).toMatchObject({
      keeps: [{ nodeId: 'a' }],
      repeats: [acting('b')],
    });
    expect(urls()).toEqual([]);
  });

  it('repeats what it said', async () => {
    broken = null;
    const { path } = await ended();

    await retry(path, { from: 'node', nodeId: 'b' });
    expect(urls().splice(0)).toEqual(['b']);
    await retry(path, { from: 'start' });
    expect(urls()).toEqual(['b', 'a', 'b']);
  });

  it('from the start takes the same items, or others', async () => {
    const { path } = await ended(chain(manual, set({ n: '{{ $json.n }}' })));

    expect((await retry(path, { from: 'start' })).body.output).toEqual([{ json: { n: 1 } }]);
    const other = await retry(path, { from: 'start', items: [{ json: { n: 2 } }] });
    expect(other.body.output).toEqual([{ json: { n: 2 } }]);
  });

  it('has files of its own', async () => {
    const { platform } = bench;
    const first = await platform.stores.executions.get((await ended()).id);
    if (!first) throw new Error('There is no execution.');
    const id = newId('exec');
    const filesOf = (lifetime: Lifetime, executionId: string) =>
      makeFiles({ ...platform, payloads: portInClass(platform.payloads, lifetime) }, executionId);
    const file = await filesOf('long', id).save(Buffer.from('abc'), { mediaType: 'text/plain' });
    const items = [{ json: { ref: file.ref }, binary: { data: file, json: file } }];
    await platform.stores.executions.accept({ ...first, id, items, lifetime: 'long' });
    await bench.orchestrator.run(id, Date.now() + 10_000);

    const again = await retry(`/executions/${id}`, { from: 'start' });
    const { record } = (await platform.stores.executions.load(again.body.id)) ?? {};
    const [item] = record?.items ?? [];
    expect(item?.json).toEqual({ ref: file.ref });
    expect(item?.binary?.data?.ref).toMatch(new RegExp(`^${again.body.id}/`));
    // A form may call a file whatever it likes.
    expect(item?.binary?.json?.ref).toBe(item?.binary?.data?.ref);
    await platform.stores.executions.remove(id);
    const chunks: Uint8Array[] = [];
    const copy = await filesOf('short', again.body.id).open(item?.binary?.data ?? file);
    for await (const chunk of copy) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('abc');
  });
});

describe('a retry is refused', () => {
  it.each([
    [{ from: 'node' }],
    [{ from: 'failedNode', nodeId: 'a' }],
    [{ from: 'somewhere' }],
    [{ from: 'failedNode', items: [] }],
    [{ version: 7 }],
    [{ from: 'node', nodeId: 'nowhere' }],
    [{ from: 'node', nodeId: 'start' }],
  ])('for %j', async (body) => {
    const { path } = await ended();
    expect(await retry(path, body)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });

  it('while the execution runs, where nothing failed, and where its trigger is gone', async () => {
    const { path, workflow } = await ended(chain(manual, set({ n: '1' })));
    const refused = { status: 409, body: { code: 'execution.cannotRetry' } };
    expect(await retry(path)).toMatchObject(refused);

    const other = chain({ ...manual, id: 'other', name: 'Other' }, set({ n: '1' }));
    await bench.owner('PUT', workflow, { definition: other });
    expect(await retry(path, { from: 'start', version: 'draft' })).toMatchObject(refused);
    await bench.owner('POST', `${workflow}/unpublish`);
    expect(await retry(path, { from: 'start', version: 'published' })).toMatchObject({
      status: 409,
      body: { code: 'workflow.notPublished' },
    });
  });

  it('to whom it does not belong', async () => {
    const { path } = await ended();
    for (const route of ['retry', 'retry/preview'])
      expect((await bench.stranger('POST', `${path}/${route}`, {})).status).toBe(404);
    expect((await bench.admin('POST', `${path}/retry/preview`, {})).status).toBe(200);
  });
});
