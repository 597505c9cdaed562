import { beforeAll, describe, expect, it } from 'vitest';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, items, makeWorld, START } from '../engine-world.ts';

// Loaded late by the node; the test's clock would not wait for it.
beforeAll(() => import('luxon'));

const MINUTE = 60_000;

const waiting = (parameters: object, edges: readonly string[] = ['wait -> end']) => {
  const definition = aDefinition(
    {
      start: { type: 'trigger.manual' },
      wait: { type: 'flow.wait', parameters: parameters as never },
      end: { type: 'flow.noop' },
      told: {
        type: 'data.set',
        parameters: { fields: [{ name: 'told', type: 'string', value: '{{ $json.resumeUrl }}' }] },
      },
    },
    ['start -> wait', ...edges],
  );
  const world = makeWorld({ registry: nodeTypes });
  return { world, definition };
};

const answer = (data: unknown) => ({ kind: 'callback', waitId: 'wait.0', at: START, data }) as never;

describe('a wait for a time', () => {
  it('parks the execution and goes on when the time has come', async () => {
    const { world, definition } = waiting({ duration: { amount: 10, unit: 'minutes' } });

    expect(await world.run(definition)).toEqual({ kind: 'parked', wakeAt: START + 10 * MINUTE });
    expect(world.segments.at(-1)?.end).toEqual({
      kind: 'parked',
      wakeAt: START + 10 * MINUTE,
      wait: { kind: 'timer', until: START + 10 * MINUTE, nodeId: 'wait' },
    });
    expect(await world.run(definition)).toEqual({ kind: 'parked', wakeAt: START + 10 * MINUTE });

    expect((await world.runToEnd(definition)).output).toEqual([{ n: 0 }]);
    expect(world.clock.now()).toBe(START + 10 * MINUTE);
  });

  it('of seconds stays in memory', async () => {
    const { world, definition } = waiting({ duration: { amount: 3, unit: 'seconds' } });
    expect(await world.run(definition)).toEqual({ kind: 'done', status: 'completed' });
    expect(world.clock.now()).toBe(START + 3_000);
  });

  it('until a moment that is over goes on at once', async () => {
    const { world, definition } = waiting({ kind: 'until', until: '2020-01-01T00:00:00Z' });
    expect(await world.run(definition)).toEqual({ kind: 'done', status: 'completed' });
    expect(world.clock.now()).toBe(START);
  });

  it('until a moment counts in the zone it is told', async () => {
    const { world, definition } = waiting({
      kind: 'until',
      until: '2026-01-05T10:30',
      timezone: 'Europe/Lisbon',
    });
    await world.runToEnd(definition);
    expect(new Date(world.clock.now()).toISOString()).toBe('2026-01-05T10:30:00.000Z');
  });

  it('longer than a year fails', async () => {
    const { world, definition } = waiting({ duration: { amount: 366, unit: 'days' } });
    expect((await world.runToEnd(definition)).error).toMatchObject({ code: 'wait.tooLong', nodeId: 'wait' });
  });

  it('ends with the life of the execution', async () => {
    const { world, definition } = waiting({ duration: { amount: 60, unit: 'days' } });
    expect((await world.runToEnd(definition)).error).toMatchObject({ code: 'execution.lifetime' });
    expect(world.clock.now()).toBe(START + 30 * 24 * 60 * MINUTE);
  });

  it('does not count against the timeout of the execution', async () => {
    const { world, definition } = waiting({ duration: { amount: 5, unit: 'hours' } });
    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'completed' });
  });
});

describe('a wait for a callback', () => {
  const callback = { kind: 'callback', timeout: { amount: 1, unit: 'hours' } };

  it('gives its address to the nodes behind "link" and parks', async () => {
    const { world, definition } = waiting(callback, ['wait -> end', 'wait.link -> told']);
    expect(await world.run(definition)).toEqual({ kind: 'parked', wakeAt: START + 60 * MINUTE });
    const told = world.events().find((event) => event.type === 'nodeSucceeded' && event.nodeId === 'told');
    expect(told).toMatchObject({
      outputs: { main: [{ json: { told: 'https://hooks.test/resume/wait.0/' } }] },
    });
    expect(world.segments.at(-1)?.end).toMatchObject({
      wait: { kind: 'callback', resumeUrl: 'https://hooks.test/resume/wait.0/', nodeId: 'wait' },
    });
  });

  it('goes on with what the caller sends', async () => {
    const { world, definition } = waiting(callback);
    await world.run(definition);
    world.inbox.push(answer({ paid: true }));
    expect((await world.runToEnd(definition)).output).toEqual([{ n: 0, callback: { paid: true } }]);
    expect(world.clock.now()).toBe(START);
  });

  it('keeps an answer that came before it began to wait', async () => {
    const { world, definition } = waiting(callback);
    world.inbox.push(answer('early'));
    expect((await world.runToEnd(definition)).output).toEqual([{ n: 0, callback: 'early' }]);
  });

  it.each([
    ['error', { error: { code: 'wait.timeout' } }],
    ['continue', { output: [{ n: 0 }] }],
    ['branch', { output: [{ n: 0 }] }],
  ])('that nobody answers ends by "%s"', async (onTimeout, expected) => {
    const edges = onTimeout === 'branch' ? ['wait.timeout -> end'] : ['wait -> end'];
    const { world, definition } = waiting({ ...callback, onTimeout }, edges);
    expect(await world.runToEnd(definition)).toMatchObject(expected);
    expect(world.inbox).toMatchObject([{ waitId: 'wait.0', expired: true }]);
  });

  it('that ran out stays so, whatever was interrupted', async () => {
    const { world, definition } = waiting({ ...callback, onTimeout: 'continue' });
    world.inbox.push({ kind: 'callback', waitId: 'wait.0', at: START, expired: true });
    expect((await world.runToEnd(definition)).output).toEqual([{ n: 0 }]);
  });

  it('pairs what goes on with what came', async () => {
    const definition = aDefinition(
      {
        start: { type: 'trigger.manual' },
        wait: { type: 'flow.wait', parameters: callback },
        end: {
          type: 'data.set',
          parameters: { fields: [{ name: 'was', type: 'number', value: '{{ $node("start").json.n }}' }] },
        },
      },
      ['start -> wait', 'wait -> end'],
    );
    const world = makeWorld({ registry: nodeTypes });
    world.inbox.push(answer(null));
    const trigger = { nodeId: 'start', items: items({ n: 1 }, { n: 2 }) };
    expect((await world.runToEnd(definition, { trigger })).output).toMatchObject([{ was: 1 }, { was: 2 }]);
  });
});

it('several waits in different branches end each in their own time', async () => {
  const definition = aDefinition(
    {
      start: { type: 'trigger.manual' },
      a: { type: 'flow.wait', parameters: { duration: { amount: 3, unit: 'hours' } } },
      b: { type: 'flow.wait', parameters: { kind: 'callback' } },
      c: { type: 'flow.wait', parameters: { duration: { amount: 1, unit: 'hours' } } },
      join: { type: 'flow.merge', parameters: { inputs: 3 } },
    },
    ['start -> a', 'start -> b', 'start -> c', 'a -> join.input1', 'b -> join.input2', 'c -> join.input3'],
  );
  const world = makeWorld({ registry: nodeTypes });
  expect(await world.run(definition)).toEqual({ kind: 'parked', wakeAt: START + 60 * MINUTE });
  world.inbox.push({ kind: 'callback', waitId: 'b.0', at: START, data: 1 });
  expect((await world.runToEnd(definition)).output).toEqual([{ n: 0 }, { n: 0, callback: 1 }, { n: 0 }]);
  expect(world.clock.now()).toBe(START + 180 * MINUTE);
});
