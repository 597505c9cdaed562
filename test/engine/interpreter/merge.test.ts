import { describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, makeWorld } from '../engine-world.ts';
import { aRegistry } from './test-nodes.ts';

type Nodes = Parameters<typeof aDefinition>[0];

const mergesOf = async (
  nodes: Nodes,
  edges: readonly string[],
  settings: DefinitionInput['settings'] = {},
) => {
  const world = makeWorld({ registry: aRegistry() });
  const result = await world.runToEnd(aDefinition({ s: { type: 'start' }, ...nodes }, edges, settings));
  const merged = world
    .events()
    .flatMap((event) => (event.type === 'nodeSucceeded' && event.nodeId.startsWith('join') ? [event] : []))
    .map((event) => event.outputs.main?.[0]?.json);
  return { result, merged };
};

const join = { type: 'merge' };
const mark = (value: string) => ({ type: 'set', parameters: { mark: value } });
const slow = (letters: number) => ({ type: 'get', parameters: { url: `https://${'x'.repeat(letters)}` } });

describe('a merge', () => {
  it('waits for each connected port', async () => {
    const { merged } = await mergesOf({ a: mark('a'), b: slow(3), join }, [
      's -> a',
      's -> b',
      'a -> join.left',
      'b -> join.right',
    ]);
    expect(merged).toMatchObject([{ left: [{ mark: 'a' }], right: [{ url: 'https://xxx' }] }]);
  });

  it('goes ahead without a port that can get nothing any more', async () => {
    const { merged } = await mergesOf(
      { is: { type: 'below', parameters: { limit: 1 } }, a: mark('a'), b: mark('b'), join },
      ['s -> is', 'is.true -> a', 'is.false -> b', 'a -> join.left', 'b -> join.right'],
    );
    expect(merged).toEqual([{ left: [{ n: 0, mark: 'a' }] }]);
  });

  it('ignores a port that is not connected', async () => {
    const { merged } = await mergesOf({ a: mark('a'), join }, ['s -> a', 'a -> join.left']);
    expect(merged).toHaveLength(1);
  });

  it('pairs several arrivals in the order of the definition, not of their arrival', async () => {
    const { merged } = await mergesOf(
      { a: slow(3), b: slow(1), c: mark('c'), d: mark('d'), x: { type: 'pass' }, join },
      [
        's -> a',
        's -> b',
        's -> c',
        's -> d',
        'a -> join.left',
        'b -> join.left',
        'c -> join.right',
        'd -> join.right',
      ],
    );
    expect(merged).toMatchObject([
      { left: [{ url: 'https://xxx' }], right: [{ mark: 'c' }] },
      { left: [{ url: 'https://x' }], right: [{ mark: 'd' }] },
    ]);
  });

  it('combines only what belongs to the same iteration', async () => {
    const { merged } = await mergesOf(
      {
        add: { type: 'add' },
        a: slow(3),
        join,
        back: { type: 'set', parameters: { n: '{{ $json.right[0].n }}', left: null, right: null } },
        again: { type: 'below', parameters: { limit: 3 } },
      },
      [
        's -> add',
        'add -> a',
        'a -> join.left',
        'add -> join.right',
        'join -> back',
        'back -> again',
        'again.true -> add',
      ],
    );
    expect(merged).toMatchObject([1, 2, 3].map((n) => ({ left: [{ n }], right: [{ n }] })));
  });

  it('at the head of a cycle does not wait for its own outcome', async () => {
    const { merged } = await mergesOf(
      {
        join,
        n: { type: 'set', parameters: { n: 9, left: null, right: null } },
        again: { type: 'below', parameters: { limit: 5 } },
      },
      ['s -> join.left', 'join -> n', 'n -> again', 'again.true -> join.right'],
    );
    expect(merged).toHaveLength(1);
  });

  it('waiting for another merge that waits for it goes ahead in plan order', async () => {
    const { merged, result } = await mergesOf(
      { join1: join, join2: join },
      ['s -> join1.left', 's -> join2.left', 'join1 -> join2.right', 'join2 -> join1.right'],
      { maxNodeRuns: 20 },
    );
    expect(merged[0]).toEqual({ left: [{ n: 0 }] });
    expect(result.outcome.kind).toBe('done');
  });

  it('that takes any goes on with the first that comes, once in each turn', async () => {
    const any = { type: 'flow.merge', parameters: { wait: 'any' } };
    const definition = aDefinition(
      {
        s: { type: 'start' },
        a: slow(9),
        b: slow(1),
        any,
        end: { type: 'collect' },
      },
      ['s -> a', 's -> b', 'a -> any.input1', 'b -> any.input2', 'any -> end'],
    );
    const registry = new Map([
      ...['start', 'get', 'collect'].flatMap((type) => {
        const found = aRegistry().get(type);
        return found ? [[type, found] as const] : [];
      }),
      ...nodeTypes,
    ]);
    const world = makeWorld({ registry });
    const { output } = await world.runToEnd(definition);
    // That the longer address answers sooner is the way of the world here.
    expect(output).toEqual([{ all: [{ n: 0, url: 'https://xxxxxxxxx' }] }]);
    expect(world.calls).toHaveLength(2);
  });

  it('waits behind another one', async () => {
    const { merged } = await mergesOf({ a: slow(2), join1: join, join2: join }, [
      's -> a',
      'a -> join1.left',
      's -> join1.right',
      'join1 -> join2.left',
      's -> join2.right',
    ]);
    expect(merged).toHaveLength(2);
    expect(Object.keys(merged[1] ?? {})).toEqual(['left', 'right']);
  });
});
