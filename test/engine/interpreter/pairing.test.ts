import { describe, expect, it } from 'vitest';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, items, makeWorld } from '../engine-world.ts';
import { aRegistry } from './test-nodes.ts';

const run = async (
  nodes: Parameters<typeof aDefinition>[0],
  edges: readonly string[],
  trigger = items({ id: 1 }, { id: 2 }),
) => {
  const world = makeWorld({ registry: aRegistry() });
  return world.runToEnd(aDefinition({ s: { type: 'start' }, ...nodes }, edges), {
    trigger: { nodeId: 's', items: trigger },
  });
};
const see = (expression: string) => ({ type: 'set', parameters: { seen: `{{ ${expression} }}` } });

describe('$node', () => {
  it('means the item this one came from', async () => {
    const { output } = await run(
      { a: { type: 'set', parameters: { id: 0 } }, b: { type: 'pass' }, c: see('$node("s").json.id') },
      ['s -> a', 'a -> b', 'b -> c'],
    );
    expect(output.map((json) => json.seen)).toEqual([1, 2]);
  });

  it('follows items that took different ports', async () => {
    const { output } = await run(
      { is: { type: 'below', parameters: { limit: 5 } }, c: see('$node("s").json.id') },
      ['s -> is', 'is.false -> c'],
      items({ n: 1, id: 'a' }, { n: 7, id: 'b' }, { n: 8, id: 'c' }),
    );
    expect(output.map((json) => json.seen)).toEqual(['b', 'c']);
  });

  it('means the only item a node gave, wherever it went', async () => {
    const { output } = await run(
      {
        one: { type: 'collect' },
        many: { type: 'split', parameters: { count: 2 } },
        c: see('$node("one").json.all[1].id'),
      },
      ['s -> one', 'one -> many', 'many -> c'],
    );
    expect(output.map((json) => json.seen)).toEqual([2, 2]);
  });

  it('is an error when several items led to this one', async () => {
    const { error } = await run({ one: { type: 'collect' }, c: see('$node("s").json.id') }, [
      's -> one',
      'one -> c',
    ]);
    expect(error).toMatchObject({ code: 'expression.ambiguousPairing', nodeId: 'c' });
  });

  it('still has its first, last and all items then', async () => {
    const { output } = await run({ one: { type: 'collect' }, c: see('$node("s").last.json.id') }, [
      's -> one',
      'one -> c',
    ]);
    expect(output[0]?.seen).toBe(2);
  });

  it('is an error for a node that has not run', async () => {
    const { error } = await run({ c: see('$node("d").json.id'), d: { type: 'pass' } }, ['s -> c', 'c -> d']);
    expect(error).toMatchObject({ code: 'expression.nodeNotRun', nodeId: 'c' });
  });

  it('in a cycle means the nearest run', async () => {
    const { output } = await run(
      {
        add: { type: 'add' },
        again: { type: 'below', parameters: { limit: 4 } },
        c: see('$node("add").json.n'),
      },
      ['s -> add', 'add -> again', 'again.true -> add', 'again.false -> c'],
      items({ n: 0 }, { n: 2 }),
    );
    expect(output.map((json) => json.seen)).toEqual([4]);
  });

  it('has the items of all runs in canonical order', async () => {
    const { output } = await run(
      {
        slow: { type: 'get', parameters: { url: 'https://xxx' } },
        fast: { type: 'get', parameters: { url: 'https://x' } },
        each: { type: 'add' },
        join: { type: 'collect' },
        other: { type: 'pass' },
        last: { type: 'merge' },
        c: see('$node("each").first.json.url'),
      },
      [
        's -> slow',
        's -> fast',
        'slow -> each',
        'fast -> each',
        'each -> last.left',
        's -> last.right',
        'last -> c',
      ],
      items({ n: 0 }),
    );
    expect(output[0]?.seen).toBe('https://xxx');
  });

  it('is found through branches that part and meet again and again', async () => {
    const levels = Array.from({ length: 40 }, (_, level) => level);
    const noop = { type: 'flow.noop' };
    const nodes = Object.fromEntries(
      levels.flatMap((level) => [
        [`left${level}`, noop],
        [`right${level}`, noop],
        [`m${level}`, { type: 'flow.merge', parameters: { mode: 'combineByPosition' } }],
      ]),
    );
    const edges = levels.flatMap((level) => {
      const before = level === 0 ? 'start' : `m${level - 1}`;
      return [
        `${before} -> left${level}`,
        `${before} -> right${level}`,
        `left${level} -> m${level}.input1`,
        `right${level} -> m${level}.input2`,
      ];
    });
    const end = {
      type: 'data.set',
      parameters: { fields: [{ name: 'was', value: '{{ $node("start").json.n }}' }] },
    };
    const definition = aDefinition({ start: { type: 'trigger.manual' }, ...nodes, end }, [
      ...edges,
      'm39 -> end',
    ]);
    const { output } = await makeWorld({ registry: nodeTypes }).runToEnd(definition, {
      trigger: { nodeId: 'start', items: items({ n: 7 }, { n: 8 }) },
    });
    expect(output).toEqual([
      { n: 7, was: 7 },
      { n: 8, was: 8 },
    ]);
  });
});
