import { describe, expect, it } from 'vitest';
import { aDefinition, makeWorld } from '../engine-world.ts';
import { aRegistry } from './test-nodes.ts';

const world = () => makeWorld({ registry: aRegistry() });

describe('a slice', () => {
  it('runs a chain of pure nodes in one flush', async () => {
    const it = world();
    const definition = aDefinition({ a: { type: 'start' }, b: { type: 'add' }, c: { type: 'add' } }, [
      'a -> b',
      'b -> c',
    ]);

    const result = await it.runToEnd(definition);

    expect(result.outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(result.output).toEqual([{ n: 2 }]);
    expect(it.segments).toHaveLength(1);
    expect(it.segments[0]?.end).toEqual({ kind: 'final' });
  });
});
