import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../engine/ports.ts';
import { sweep } from '../../../shared/executions/sweep.ts';
import { callOut, chain, manual, webhook } from '../../functions/definitions.ts';
import { answeringWhen, aWorkbench, type Workbench } from '../../functions/workbench.ts';

let bench: Workbench;
/** Calls that have come and wait for their answer. */
let held: { readonly request: HttpRequest; readonly answer: () => void }[];
beforeEach(async () => {
  held = [];
  bench = await aWorkbench(
    answeringWhen((request) => new Promise<void>((resolve) => held.push({ request, answer: resolve }))),
  );
});

const aLimited = async (concurrency: number, trigger = manual): Promise<string> => {
  const definition = { ...chain(trigger, callOut), settings: { concurrency } };
  const { body } = await bench.owner('POST', '/workflows', { name: 'Any', definition });
  await bench.owner('POST', `/workflows/${body.id}/publish`);
  return body.id;
};
const start = async (id: string): Promise<string> =>
  (await bench.owner('POST', `/workflows/${id}/run`, { version: 'published' })).body.id;
const read = async (id: string) => (await bench.owner('GET', `/executions/${id}`)).body;
const ended = async (id: string) => (await bench.owner('GET', `/executions/${id}?wait=10`)).body.status;
const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise(setImmediate);
};
const waiting = async (id: string) => (await read(id)).wait?.kind === 'slot';
const answerNext = () => held.shift()?.answer();

const swept = (now = Date.now) =>
  sweep({
    stores: bench.platform.stores,
    clock: { ...bench.platform.clock, now },
    poke: bench.orchestrator.poke,
    knows: () => false,
    isHeld: () => false,
    startMilliseconds: 0,
    log: () => undefined,
  });

describe('a workflow with a concurrency limit', () => {
  it('runs as many as it may, the others in the order they came', async () => {
    const id = await aLimited(2);
    const [a, b, c, d] = [await start(id), await start(id), await start(id), await start(id)];
    await until(async () => held.length === 2 && (await waiting(c)) && (await waiting(d)));
    expect(await read(c)).toMatchObject({ status: 'pending', wait: { kind: 'slot', until: null } });

    answerNext();
    expect(await ended(a)).toBe('completed');
    await until(() => held.length === 2);
    expect([(await read(c)).status, (await read(d)).status]).toEqual(['running', 'pending']);

    for (const next of [b, c, d]) {
      await until(() => held.length > 0);
      answerNext();
      expect(await ended(next)).toBe('completed');
    }
    expect(await bench.platform.stores.slots.holders(id)).toEqual([]);
    expect(await bench.platform.stores.slots.head(id)).toBeNull();
  });

  it('lets one that waits be cancelled, and goes on with the next', async () => {
    const id = await aLimited(1);
    const [a, b, c] = [await start(id), await start(id), await start(id)];
    await until(async () => held.length === 1 && (await waiting(b)) && (await waiting(c)));

    await bench.owner('POST', `/executions/${b}/cancel`);
    expect(await ended(b)).toBe('cancelled');
    answerNext();
    expect(await ended(a)).toBe('completed');
    await until(() => held.length === 1);
    answerNext();

    expect(await ended(c)).toBe('completed');
  });

  it('gives the place of a failed one to the next', async () => {
    const id = await aLimited(1);
    const [a, b] = [await start(id), await start(id)];
    await until(async () => held.length === 1 && (await waiting(b)));

    await bench.owner('POST', `/executions/${a}/cancel`);
    expect(await ended(a)).toBe('cancelled');
    await until(() => held.some(({ request }) => !request.signal.aborted));
    for (const { answer } of held) answer();

    expect(await ended(b)).toBe('completed');
  }, 10_000);

  it('holds a webhook back, too, which answers where its execution can be seen', async () => {
    const id = await aLimited(1, webhook());
    const { body } = await bench.owner('POST', `/workflows/${id}/publish`);
    const [{ url }] = body.webhooks;
    const first = bench.hook('POST', url, { body: {} });
    await until(() => held.length === 1);

    const second = await bench.hook('POST', url, { body: {} });

    expect(second).toMatchObject({ status: 202, body: { executionId: expect.stringMatching(/^exec_/) } });
    answerNext();
    expect((await first).status).toBe(200);
    await until(() => held.length === 1);
    answerNext();
    expect(await ended(second.body.executionId)).toBe('completed');
  });

  it('does not count tests', async () => {
    const id = await aLimited(1);
    await start(id);
    await until(() => held.length === 1);
    const { body } = await bench.owner('POST', `/workflows/${id}/test`, {});
    await until(() => held.length === 2);
    for (const { answer } of held) answer();
    expect(await ended(body.id)).toBe('completed');
  });

  it('is set going again by the sweep when a place was lost', async () => {
    const id = await aLimited(1);
    const { slots } = bench.platform.stores;
    await slots.take(id, 0, 'exec_that_never_was');
    const a = await start(id);
    await until(() => waiting(a));
    expect(held).toEqual([]);

    const report = await swept(() => Date.now() + 120_000);

    expect(report).toEqual({ open: 1, woken: 0, poisoned: 0 });
    await until(() => held.length === 1);
    answerNext();
    expect(await ended(a)).toBe('completed');
  });

  it('begins one by the sweep that got its place and was lost before it had begun', async () => {
    const id = await aLimited(1);
    const { slots, executions } = bench.platform.stores;
    await slots.take(id, 0, 'exec_first');
    const a = await start(id);
    await until(() => waiting(a));
    const [first] = await slots.holders(id);
    if (first) await slots.hand(id, first, a);
    const since = (await executions.get(a))?.startedAt ?? '';
    await slots.leaveQueue(id, { executionId: a, since });

    await swept();

    await until(() => held.length === 1);
    answerNext();
    expect(await ended(a)).toBe('completed');
    expect(await slots.holders(id)).toEqual([]);
  });

  it('is set going again by the sweep when the first in its queue is no more', async () => {
    const id = await aLimited(1);
    const { slots } = bench.platform.stores;
    await slots.enqueue(id, { executionId: 'exec_that_is_gone', since: '2000-01-01T00:00:00.000Z' });
    const a = await start(id);
    await until(() => waiting(a));

    await swept();

    await until(() => held.length === 1);
    answerNext();
    expect(await ended(a)).toBe('completed');
    expect(await slots.head(id)).toBeNull();
  });
});
