import { describe, expect, it } from 'vitest';
import { NodeError } from '../../../engine/errors.ts';
import { aDefinition, items, makeWorld, respond, START } from '../engine-world.ts';
import { aNodeType, aRegistry } from './test-nodes.ts';

const failing = (error: unknown) =>
  aNodeType({
    type: 'fail',
    mode: 'perItem',
    execute: (call) => {
      if (call.items[0]?.json.bad) throw error;
      return { outputs: { main: call.items } };
    },
  });

const returning = (result: unknown) => aNodeType({ type: 'fail', execute: () => result as never });

const aFailure = (onError: 'stop' | 'continue' | 'branch') =>
  aDefinition(
    {
      start: { type: 'start' },
      fail: { type: 'fail', onError },
      ok: { type: 'collect' },
      bad: { type: 'collect' },
    },
    ['start -> fail', 'fail -> ok', 'fail.error -> bad'],
  );

const trigger = { nodeId: 'start', items: items({ id: 1 }, { id: 2, bad: true }, { id: 3 }) };
const broken = new NodeError('test.broken', 'It broke.');

describe('an error of one item', () => {
  it('stops the execution and names the node and the item', async () => {
    const world = makeWorld({ registry: aRegistry(failing(broken)) });
    const result = await world.runToEnd(aFailure('stop'), { trigger });
    expect(result.outcome).toEqual({ kind: 'done', status: 'failed' });
    expect(result.error).toMatchObject({
      code: 'test.broken',
      message: 'It broke (item 2 of 3).',
      nodeId: 'fail',
    });
  });

  it('goes on as an item that tells of it, in its place', async () => {
    const world = makeWorld({ registry: aRegistry(failing(broken)) });
    const { output } = await world.runToEnd(aFailure('continue'), { trigger });
    expect(output).toMatchObject([
      { all: [{ id: 1 }, { id: 2, error: { code: 'test.broken' } }, { id: 3 }] },
    ]);
  });

  it('takes the error port when there is a branch for it', async () => {
    const world = makeWorld({ registry: aRegistry(failing(broken)) });
    await world.runToEnd(aFailure('branch'), { trigger });
    const outputs = world.events().flatMap((event) => (event.type === 'nodeSucceeded' ? [event] : []));
    expect(outputs.find((event) => event.nodeId === 'fail')?.pairing).toEqual({ main: [0, 2], error: [1] });
    expect(outputs.find((event) => event.nodeId === 'bad')?.outputs.main?.[0]?.json).toMatchObject({
      all: [{ id: 2, error: { message: 'It broke.' } }],
    });
  });
});

describe('what a node may not do', () => {
  it.each([
    ['throw a string', failing('no'), 'node.threw'],
    ['throw undefined', failing(undefined), 'node.threw'],
    ['return nothing', returning(undefined), 'node.badResult'],
    ['use a port it has not', returning({ outputs: { other: [] } }), 'node.badResult'],
    ['return one item instead of a list', returning({ outputs: { main: { json: {} } } }), 'node.badResult'],
    ['return items without json', returning({ outputs: { main: [{ id: 1 }] } }), 'node.badResult'],
    ['return a date', returning({ outputs: { main: [{ json: { at: new Date(0) } }] } }), 'node.badResult'],
    ['return NaN', returning({ outputs: { main: [{ json: { a: [Number.NaN] } }] } }), 'node.badResult'],
    [
      'return undefined inside',
      returning({ outputs: { main: [{ json: { a: undefined } }] } }),
      'node.badResult',
    ],
    ['return a function', returning({ outputs: { main: [{ json: { a: () => 1 } }] } }), 'node.badResult'],
  ])('%s', async (_what, type, code) => {
    const world = makeWorld({ registry: aRegistry(type) });
    const { error } = await world.runToEnd(aFailure('stop'), { trigger });
    expect(error).toMatchObject({ code, nodeId: 'fail' });
  });

  it('contain itself', async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const world = makeWorld({ registry: aRegistry(returning({ outputs: { main: [{ json: loop }] } })) });
    expect((await world.runToEnd(aFailure('stop'))).error?.code).toBe('node.badResult');
  });
});

const aCall = (extra: object) =>
  aDefinition(
    {
      start: { type: 'start' },
      call: { type: 'send', parameters: { url: 'https://a' }, ...extra },
      end: { type: 'pass' },
    },
    ['start -> call', 'call -> end'],
  );
const retry = { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60, jitter: false };

describe('a retry', () => {
  const answering = (...statuses: number[]) => {
    const left = [...statuses];
    return makeWorld({
      registry: aRegistry(),
      answer: () => respond(left.shift() ?? 200, {}, { 'retry-after': '0' }),
    });
  };

  it('comes after a growing delay, under the same key', async () => {
    const world = answering(500, 503);
    const { outcome } = await world.runToEnd(aCall({ retry }));
    expect(outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls.map((call) => call.at - START)).toEqual([0, 1_000, 3_000]);
    expect(new Set(world.calls.map((call) => call.key))).toEqual(new Set(['exec_1/call/call/0']));
  });

  it('ends with the policy', async () => {
    const world = answering(500, 500, 500, 500);
    expect((await world.runToEnd(aCall({ retry }))).error).toMatchObject({
      code: 'http.status',
      nodeId: 'call',
    });
    expect(world.calls).toHaveLength(3);
  });

  it('is not made for an error that will not go away', async () => {
    const world = answering(404);
    await world.runToEnd(aCall({ retry }));
    expect(world.calls).toHaveLength(1);
  });

  it('waits as long as the other side asks for, parked when that is long', async () => {
    const world = makeWorld({
      registry: aRegistry(),
      answer: (_request, { calls }) => respond(calls.length > 1 ? 200 : 503, {}, { 'retry-after': '120' }),
    });
    const definition = aCall({ retry });
    expect(await world.run(definition)).toEqual({ kind: 'parked', wakeAt: START + 120_000 });
    expect(world.segments.at(-1)?.end).toMatchObject({ kind: 'parked', wait: { kind: 'retry' } });

    const before = world.segments.length;
    expect(await world.run(definition)).toEqual({ kind: 'parked', wakeAt: START + 120_000 });
    expect(world.segments, 'an early poke writes nothing').toHaveLength(before);

    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls.map((call) => call.at - START)).toEqual([0, 120_000]);
  });

  it('waits no longer than a day, whatever the other side asks for', async () => {
    const world = makeWorld({
      registry: aRegistry(),
      answer: () => respond(503, {}, { 'retry-after': '31536000' }),
    });
    expect(await world.run(aCall({ retry }))).toEqual({ kind: 'parked', wakeAt: START + 86_400_000 });
  });

  it('is not made for one item where another has failed for good and that ends the execution', async () => {
    const world = makeWorld({
      registry: aRegistry(),
      answer: (_request, { calls }) => respond(calls.length === 1 ? 500 : 404, {}),
    });
    const two = { nodeId: 'start', items: items({ id: 1 }, { id: 2 }) };
    const { error } = await world.runToEnd(aCall({ retry }), { trigger: two });
    expect(error?.message).toContain('404');
    expect(world.calls).toHaveLength(2);
  });

  it('repeats only the items that failed', async () => {
    const world = makeWorld({
      registry: aRegistry(),
      answer: (_request, { calls }) => respond(calls.length === 2 ? 500 : 200, {}),
    });
    const { output } = await world.runToEnd(aCall({ retry }), { trigger });
    expect(world.calls.map((call) => call.key.split('/').at(-1))).toEqual(['0', '1', '2', '1']);
    expect(output.map((json) => json.id)).toEqual([1, 2, 3]);
  });
});

describe('time', () => {
  const silent = () =>
    makeWorld({
      registry: aRegistry(),
      answer: (request) =>
        new Promise((_, reject) =>
          request.signal.addEventListener('abort', () => reject(request.signal.reason)),
        ),
    });

  it('runs out for a node that never returns', async () => {
    const world = silent();
    const { error } = await world.runToEnd(aCall({ timeoutSeconds: 20 }));
    expect(error).toMatchObject({ code: 'node.timeout', nodeId: 'call' });
    expect(world.clock.now()).toBe(START + 20_000);
  });

  it('is 60 s for a node that does not say', async () => {
    const world = silent();
    await world.runToEnd(aCall({}));
    expect(world.clock.now()).toBe(START + 60_000);
  });

  it('runs out for the execution', async () => {
    const world = silent();
    const definition = aDefinition(
      { start: { type: 'start' }, call: { type: 'send', parameters: { url: 'https://a' } } },
      ['start -> call'],
      { timeoutSeconds: 10 },
    );
    expect((await world.runToEnd(definition)).error?.code).toBe('execution.timeout');
    expect(world.clock.now()).toBe(START + 10_000);
  });

  it('does not run while parked', async () => {
    const world = makeWorld({
      registry: aRegistry(),
      answer: (_request, { calls }) => respond(calls.length > 1 ? 200 : 503, {}, { 'retry-after': '120' }),
    });
    const definition = { ...aCall({ retry }), settings: { ...aCall({}).settings, timeoutSeconds: 10 } };
    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'completed' });
  });

  it('is not left for new nodes after the deadline, and the next slice goes on', async () => {
    const world = makeWorld({ registry: aRegistry() });
    const definition = aDefinition(
      {
        start: { type: 'start' },
        a: { type: 'send', parameters: { url: 'https://a' } },
        b: { type: 'send', parameters: { url: 'https://b' } },
      },
      ['start -> a', 'a -> b'],
    );
    expect(await world.run(definition, { deadline: START + 1 })).toEqual({ kind: 'continue' });
    expect(world.calls).toHaveLength(1);
    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls).toHaveLength(2);
  });

  it('is short for what is under way at the deadline', async () => {
    const world = silent();
    expect(await world.run(aCall({}), { deadline: START + 1_000 })).toEqual({ kind: 'continue' });
    expect(world.clock.now()).toBe(START + 3_000);
  });
});

describe('an attempt that was interrupted', () => {
  const interrupted = async (extra: object) => {
    const world = makeWorld({ registry: aRegistry() });
    const definition = aCall(extra);
    world.crashAt = { call: 2, when: 'after' };
    await world.run(definition);
    return { world, result: await world.runToEnd(definition) };
  };

  it('is made again under the same key, and counts', async () => {
    const { world, result } = await interrupted({});
    expect(result.outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls.map((call) => call.key)).toEqual(['exec_1/call/call/0', 'exec_1/call/call/0']);
    expect(
      world.events().find((event) => event.type === 'nodeSucceeded' && event.nodeId === 'call'),
    ).toMatchObject({ attempt: 2 });
  });

  it('fails when the node says so', async () => {
    const { world, result } = await interrupted({ onInterrupted: 'fail' });
    expect(result.error).toMatchObject({ code: 'node.interrupted', nodeId: 'call' });
    expect(world.calls).toHaveLength(1);
  });
});
