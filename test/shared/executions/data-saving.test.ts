import { beforeEach, describe, expect, it, vi } from 'vitest';
import { definitionSchema } from '../../../engine/definition.ts';
import { doTerminalWork } from '../../../shared/executions/terminal-work.ts';
import { newId } from '../../../shared/ids.ts';
import { chain, manual, set, webhook } from '../../functions/definitions.ts';
import { aWorkbench, type Workbench } from '../../functions/workbench.ts';
import { acceptedIn, appendTo, loadedFrom } from './executions-at-rest.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const settingsOf = (settings: { saveData: 'none' }) =>
  definitionSchema.parse({ ...chain(manual), settings }).settings;

const SECRET = 'nobody is to keep this';
const big = 'x'.repeat(400_000);
const failing = { name: 'n', value: '{{ $number("no number") }}' };

const published = async (saveData: string, isFailing = false, trigger = manual) => {
  const fields = [{ name: 'secret', value: '{{ $json.secret }}' }, ...(isFailing ? [failing] : [])];
  const node = { ...set({}), parameters: { fields } };
  const definition = { ...chain(trigger, node), settings: { saveData } };
  const { body } = await bench.owner('POST', '/workflows', { name: 'Any', definition });
  const { body: publication } = await bench.owner('POST', `/workflows/${body.id}/publish`);
  return { id: body.id, url: publication.webhooks[0]?.url };
};
const run = async (id: string, version = 'published') => {
  const items = [{ json: { secret: SECRET, big } }];
  const { body } = await bench.owner('POST', `/workflows/${id}/run`, { version, items });
  await bench.orchestrator.idle();
  return (await bench.owner('GET', `/executions/${body.id}`)).body;
};
const everything = async (id: string): Promise<string> => JSON.stringify(await loadedFrom(bench, id));
const logsOf = async (id: string) => (await bench.owner('GET', `/executions/${id}/logs`)).body.data;

describe('data that a workflow does not save', () => {
  it.each([
    ['all', false, true],
    ['all', true, true],
    ['errors', false, false],
    ['errors', true, true],
    ['none', false, false],
    ['none', true, false],
  ])('saveData %s, failing %s: kept %s', async (saveData, isFailing, isKept) => {
    const done = await run((await published(saveData, isFailing)).id);

    expect(done).toMatchObject({ status: isFailing ? 'failed' : 'completed', isDataKept: isKept });
    expect((await everything(done.id)).includes(SECRET)).toBe(isKept);
    expect((await logsOf(done.id)).map((row: { status: string }) => row.status)).toEqual([
      'completed',
      isFailing ? 'failed' : 'completed',
    ]);
    expect(done.errorMessage !== null).toBe(isFailing);
  });

  it('goes with its payloads', async () => {
    const done = await run((await published('none')).id);
    const { record } = await loadedFrom(bench, done.id);
    expect(record.items).toEqual([]);
    await expect(bench.platform.payloads.get(`${record.lifetime}/${record.id}/`)).rejects.toThrow();
  });

  it('of a test is kept', async () => {
    const { id } = await published('none');
    await bench.owner('PUT', `/workflows/${id}`, {
      definition: { ...chain(manual), settings: { saveData: 'none' } },
    });
    expect(await run(id, 'draft')).toMatchObject({ mode: 'test', isDataKept: true });
  });

  it('cannot be retried with', async () => {
    const done = await run((await published('none', true)).id);
    const refused = await bench.owner('POST', `/executions/${done.id}/retry`, { from: 'start' });
    expect(refused.body.code).toBe('execution.cannotRetry');
  });

  it('is answered with first: the row is written, and stays open until it is gone', async () => {
    const { id, url } = await published('none', false, webhook());
    const answer = await bench.hook('POST', url, { body: { secret: SECRET } });
    expect(answer).toMatchObject({ status: 200 });

    const [execution] = (await bench.owner('GET', `/executions?workflowId=${id}`)).body.data;
    expect(execution).toMatchObject({
      status: 'completed',
      finishedAt: expect.any(String),
      isDataKept: true,
    });
    expect((await loadedFrom(bench, execution.id)).isOpen).toBe(true);
  });

  it('goes with the first poke after somebody has had the time to read it', async () => {
    const definition = { ...chain(manual), settings: { saveData: 'none' as const } };
    const items = [{ json: { secret: SECRET } }];
    const { id } = await acceptedIn(bench, definition, { responseMode: 'lastNode', items });
    const at = Date.now() - 31_000;
    const started = { type: 'executionStarted', at, engine: '0', triggerNodeId: 'start', items } as const;
    const final = { type: 'executionFinished', at, status: 'completed', output: items } as const;
    await appendTo(bench, id, [started, final], { kind: 'final' });

    await bench.orchestrator.poke(id);
    await bench.orchestrator.idle();

    expect((await loadedFrom(bench, id)).isOpen).toBe(false);
    expect(await everything(id)).not.toContain(SECRET);
  });

  it.each([
    ['31 s after its end, as its parent is open, is kept', 31_000, false, true],
    ['31 s after its end, as its parent is over, goes', 31_000, true, false],
    ['an hour after its end goes', 3_600_000, false, false],
  ])('of a child, %s', async (_what, ago, isParentOver, isKept) => {
    const { executions } = bench.platform.stores;
    const parent = await acceptedIn(bench, chain(manual));
    if (isParentOver) {
      await bench.orchestrator.poke(parent.id);
      await bench.orchestrator.idle();
    }
    const settings = { saveData: 'none' as const };
    const model = await acceptedIn(bench, { ...chain(manual), settings });
    const items = [{ json: { secret: SECRET } }];
    const { finishedAt: _finishedAt, ...made } = model;
    const id = newId('exec');
    await executions.accept({ ...made, id, items, parentExecutionId: parent.id });
    const at = Date.now() - ago;
    const started = { type: 'executionStarted', at, engine: '0', triggerNodeId: 'start', items } as const;
    const final = { type: 'executionFinished', at, status: 'completed', output: items } as const;
    await appendTo(bench, id, [started, final], { kind: 'final' });

    await doTerminalWork(
      { stores: bench.platform.stores, clock: bench.platform.clock, poke: async () => undefined },
      { record: (await loadedFrom(bench, id)).record, final, settings: settingsOf(settings) },
    );

    expect((await everything(id)).includes(SECRET)).toBe(isKept);
    expect((await loadedFrom(bench, id)).isOpen).toBe(isKept);
  });

  it('is deleted again after a crash at any point', async () => {
    const done = await run((await published('all')).id);
    const { stores } = bench.platform;
    const { record, events } = await loadedFrom(bench, done.id);
    const final = events.findLast((event) => event.type === 'executionFinished');
    if (!final) throw new Error('It has not ended.');
    const { forget } = stores.executions;

    await forget(record, [final]);
    await forget((await loadedFrom(bench, done.id)).record, [final]);

    expect((await loadedFrom(bench, done.id)).events).toEqual([final]);
  });

  it('is deleted to the end where a crash came behind the row that says so', async () => {
    const done = await run((await published('all')).id);
    const { record, events } = await loadedFrom(bench, done.id);
    const final = events.findLast((event) => event.type === 'executionFinished');
    if (!final) throw new Error('It has not ended.');
    const ended = { record, final, settings: settingsOf({ saveData: 'none' }) };
    const removal = vi.spyOn(bench.platform.payloads, 'removePrefix');
    removal.mockRejectedValueOnce(new Error('killed'));
    const world = { ...bench.platform, poke: bench.orchestrator.poke };

    await expect(doTerminalWork(world, ended)).rejects.toThrow('killed');
    expect((await loadedFrom(bench, done.id)).record.isDataKept).toBe(false);
    await doTerminalWork(world, ended);

    expect(removal).toHaveBeenCalledTimes(2);
    expect((await everything(done.id)).includes(SECRET)).toBe(false);
  });
});
