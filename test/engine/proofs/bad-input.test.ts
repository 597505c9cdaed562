import { describe, expect, it } from 'vitest';
import type { NodeResult } from '../../../engine/nodes/define-node.ts';
import { aDefinition, makeWorld, START } from '../engine-world.ts';
import { aNodeType, aRegistry } from '../interpreter/test-nodes.ts';
import { registry } from './workflows.ts';

/** Runs a node that does what no node should. */
const run = async (execute: () => unknown, node: object = {}) => {
  const bad = aNodeType({ type: 'bad', execute: execute as () => NodeResult });
  const world = makeWorld({ registry: aRegistry(bad) });
  const definition = aDefinition({ start: { type: 'start' }, bad: { type: 'bad', ...node } }, [
    'start -> bad',
  ]);
  return { ...(await world.runToEnd(definition)), world };
};
const items = (value: unknown) => ({ outputs: { main: [{ json: { value } }] } });
const self: { me?: unknown } = {};
self.me = self;

describe('a node that', () => {
  it.each<[string, () => unknown, string]>([
    [
      'throws a text',
      () => {
        throw 'no';
      },
      'node.threw',
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
      'node.threw',
    ],
    [
      'throws what cannot be written',
      () => {
        throw Object.create(null);
      },
      'node.threw',
    ],
    ['rejects with a number', () => Promise.reject(7), 'node.threw'],
    ['gives nothing', () => undefined, 'node.badResult'],
    ['gives a port it does not have', () => ({ outputs: { other: [] } }), 'node.badResult'],
    ['gives no list', () => ({ outputs: { main: { json: {} } } }), 'node.badResult'],
    ['gives what is no item', () => ({ outputs: { main: [7] } }), 'node.badResult'],
    ['gives a date', () => items(new Date(0)), 'node.badResult'],
    ['gives a function', () => items(() => 1), 'node.badResult'],
    ['gives infinity', () => items(Infinity), 'node.badResult'],
    ['gives a value that holds itself', () => items(self), 'node.badResult'],
    ['gives more than the journal takes', () => items('x'.repeat(17 * 1024 * 1024)), 'node.outputTooLarge'],
    [
      'gives too many items',
      () => ({
        outputs: { main: Array.from({ length: 40 }, (_, n) => ({ json: { n, t: 'x'.repeat(500_000) } })) },
      }),
      'node.outputTooLarge',
    ],
    [
      'waits and cannot go on',
      () => ({ outputs: {}, wait: { kind: 'timer', until: START } }),
      'node.badResult',
    ],
    [
      'asks for a turn and is no loop',
      () => ({ outputs: {}, turn: { carry: null, collects: false } }),
      'node.badResult',
    ],
    ['never ends', () => new Promise(() => undefined), 'node.timeout'],
  ])('%s fails with a clear code', async (_what, execute, code) => {
    const { outcome, error } = await run(execute);
    expect([outcome, error?.code, error?.nodeId]).toEqual([{ kind: 'done', status: 'failed' }, code, 'bad']);
  });

  it('comes back after its time changes nothing', async () => {
    let late: (result: unknown) => void = () => undefined;
    const execute = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    const { error, world } = await run(execute, { timeoutSeconds: 5 });
    const events = world.events().length;
    late(items('late'));
    await new Promise(setImmediate);
    expect([error?.code, world.events().length]).toEqual(['node.timeout', events]);
  });
});

describe('what has no end', () => {
  it('goes round until the limit of runs', async () => {
    const definition = aDefinition(
      { start: { type: 'start' }, a: { type: 'pass' }, b: { type: 'below', parameters: { limit: 5 } } },
      ['start -> a', 'a -> b', 'b.true -> a'],
      { maxNodeRuns: 50 },
    );
    const { error } = await makeWorld({ registry }).runToEnd(definition);
    expect(error).toMatchObject({ code: 'execution.tooManyRuns' });
  });

  it('multiplies until the limit of runs', async () => {
    const definition = aDefinition(
      {
        start: { type: 'start' },
        a: { type: 'pass' },
        b: { type: 'pass' },
        c: { type: 'below', parameters: { limit: 9 } },
      },
      ['start -> a', 'a -> b', 'a -> c', 'b -> c', 'c.true -> a'],
      { maxNodeRuns: 200 },
    );
    const { error } = await makeWorld({ registry }).runToEnd(definition);
    expect(error).toMatchObject({ code: 'execution.tooManyRuns' });
  });

  it('waits until the end of its life', async () => {
    const definition = aDefinition(
      { start: { type: 'start' }, w: { type: 'flow.wait', parameters: { kind: 'callback' } } },
      ['start -> w'],
      { maxLifetimeSeconds: 3_600 },
    );
    const world = makeWorld({ registry });
    expect((await world.runToEnd(definition)).error).toMatchObject({ code: 'execution.lifetime' });
    expect(world.clock.now()).toBe(START + 3_600_000);
  });
});

describe('an answer that comes', () => {
  const definition = aDefinition(
    {
      start: { type: 'start' },
      w: { type: 'flow.wait', parameters: { kind: 'callback' } },
      end: { type: 'pass' },
    },
    ['start -> w', 'w -> end'],
  );
  const answer = (waitId: string, data: number) => ({ kind: 'callback', waitId, at: START, data }) as const;

  it('for a wait nobody has leaves it waiting', async () => {
    const world = makeWorld({ registry });
    world.inbox.push(answer('w.7', 1), answer('other.0', 2));
    expect(await world.run(definition)).toMatchObject({ kind: 'parked' });
  });

  it('again after it was taken changes nothing', async () => {
    const world = makeWorld({ registry });
    await world.run(definition);
    world.inbox.push(answer('w.0', 1));
    const { output } = await world.runToEnd(definition);
    world.inbox.push(answer('w.0', 2));
    expect(await world.run(definition)).toEqual({ kind: 'done', status: 'completed' });
    expect(output).toEqual([{ n: 0, callback: 1 }]);
  });
});
