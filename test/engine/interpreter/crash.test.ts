import { describe, expect, it } from 'vitest';
import { makeWorld, type World } from '../engine-world.ts';
import { SHAPES } from './shapes.ts';
import { aRegistry } from './test-nodes.ts';

const registry = aRegistry();

/** Which keys were sent, each once, in an order that timing does not change. */
const keysOf = (world: World) => [...new Set(world.calls.map((call) => `${call.key} ${call.url}`))].sort();

describe.each(Object.entries(SHAPES))('%s', (_name, definition) => {
  it('ends the same wherever the interpreter is killed', async () => {
    const unharmed = makeWorld({ registry });
    const expected = await unharmed.runToEnd(definition);
    expect(expected.outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(unharmed.wrongs).toEqual([]);
    expect(keysOf(unharmed)).toHaveLength(unharmed.calls.length);

    for (let call = 1; call <= unharmed.outsideCalls; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = makeWorld({ registry });
        world.crashAt = { call, when };
        const result = await world.runToEnd(definition);
        const where = `killed ${when} call ${call}`;
        expect(result, where).toEqual(expected);
        expect(world.wrongs, where).toEqual([]);
        expect(keysOf(world), where).toEqual(keysOf(unharmed));
      }
    }
  });

  it('goes to one of two interpreters that begin at once', async () => {
    const world = makeWorld({ registry });
    const expected = await makeWorld({ registry }).runToEnd(definition);

    const outcomes = await Promise.all([world.run(definition), world.run(definition)]);

    expect(outcomes.map((outcome) => outcome?.kind).sort()).toEqual(['done', 'lost']);
    expect(await world.runToEnd(definition)).toEqual(expected);
  });
});
