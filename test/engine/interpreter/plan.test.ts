import { describe, expect, it } from 'vitest';
import { findLoops } from '../../../engine/compile/loops.ts';
import { compile } from '../../../engine/compile/plan.ts';
import { aDefinition, makeWorld } from '../engine-world.ts';
import { aRegistry } from './test-nodes.ts';

const registry = aRegistry();
const edgesOf = (...edges: readonly string[]) => aDefinition({}, edges).edges;
const headersOf = (nodes: string, ...edges: readonly string[]) => {
  const loops = findLoops([...nodes], edgesOf(...edges));
  return Object.fromEntries(
    [...loops].map(([id, around]) => [id, around.map((loop) => loop.header).join('')]),
  );
};

describe('loops', () => {
  it('are none in a graph without cycles', () => {
    expect(headersOf('abc', 'a -> b', 'a -> c', 'b -> c')).toEqual({ a: '', b: '', c: '' });
  });

  it('begin where they are entered', () => {
    expect(headersOf('abcd', 'a -> c', 'c -> b', 'b -> c', 'b -> d')).toEqual({
      a: '',
      b: 'c',
      c: 'c',
      d: '',
    });
  });

  it('may be one node', () => {
    expect(headersOf('ab', 'a -> b', 'b -> b')).toEqual({ a: '', b: 'b' });
  });

  it('may stand in one another, outermost first', () => {
    const loops = headersOf('abcd', 'a -> b', 'b -> c', 'c -> c', 'c -> d', 'd -> b');
    expect(loops).toEqual({ a: '', b: 'b', c: 'bc', d: 'b' });
  });

  it('with two ways in begin at the first in the definition', () => {
    expect(headersOf('abc', 'a -> b', 'a -> c', 'b -> c', 'c -> b')).toEqual({ a: '', b: 'b', c: 'b' });
  });
});

describe('a plan', () => {
  it('lets nodes go by their own name when an execution reaches them once', () => {
    const plan = compile(
      aDefinition(
        {
          one: { type: 'start' },
          two: { type: 'start' },
          a: { type: 'add' },
          b: { type: 'add' },
          c: { type: 'add' },
          d: { type: 'add' },
        },
        ['one -> a', 'two -> a', 'a -> b', 'a -> c', 'b -> c', 'd -> d'],
      ),
      registry,
    );
    const single = [...plan.nodes.values()].filter((node) => node.single).map((node) => node.id);
    expect(single).toEqual(['one', 'two', 'a', 'b']);
  });

  it('knows its triggers', () => {
    const plan = compile(aDefinition({ a: { type: 'add' }, s: { type: 'start' } }, ['s -> a']), registry);
    expect(plan.triggers.map((node) => node.id)).toEqual(['s']);
  });

  it('is refused for a type that does not exist', () => {
    expect(() => compile(aDefinition({ a: { type: 'no.such' } }, []), registry)).toThrow(/"no.such"/);
  });
});

it('iterations of an inner loop begin anew in each of the outer one', async () => {
  const world = makeWorld({ registry });
  const definition = aDefinition(
    {
      s: { type: 'start' },
      outer: { type: 'add' },
      inner: { type: 'add' },
      more: { type: 'below', parameters: { limit: 0 } },
      again: { type: 'below', parameters: { limit: 7 } },
      join: { type: 'merge' },
    },
    [
      's -> outer',
      'outer -> inner',
      'inner -> more',
      'more.true -> inner',
      'more.false -> join.left',
      'outer -> join.right',
      'more.false -> again',
      'again.true -> outer',
    ],
  );
  await world.runToEnd(definition);
  const merged = world
    .events()
    .flatMap((event) =>
      event.type === 'nodeSucceeded' && event.nodeId === 'join' ? [event.outputs.main?.[0]?.json] : [],
    );
  expect(merged).toEqual([2, 4, 6, 8].map((n) => ({ left: [{ n }], right: [{ n: n - 1 }] })));
});
