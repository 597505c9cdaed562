import { describe, expect, it } from 'vitest';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, items, makeWorld, respond } from '../engine-world.ts';

type Nodes = Parameters<typeof aDefinition>[0];

const set = (fields: Record<string, string>) => ({
  type: 'data.set',
  parameters: { fields: Object.entries(fields).map(([name, value]) => ({ name, value })) },
});
const when = (condition: string) => ({ type: 'flow.if', parameters: { condition } });

const run = async (nodes: Nodes, edges: readonly string[], count: number) => {
  const definition = aDefinition({ start: { type: 'trigger.manual' }, ...nodes }, edges);
  const world = makeWorld({
    registry: nodeTypes,
    answer: (request) => respond(200, { sent: request.url }, { 'content-type': 'application/json' }),
  });
  const given = Array.from({ length: count }, (_, n) => ({ n }));
  const result = await world.runToEnd(definition, { trigger: { nodeId: 'start', items: items(...given) } });
  const runsOf = (nodeId: string) =>
    world.events().filter((event) => event.type === 'nodeSucceeded' && event.nodeId === nodeId);
  return { ...result, world, definition, runsOf };
};

const loop = (parameters = {}) => ({ type: 'flow.loop', parameters });
const EDGES = ['start -> loop', 'loop.loop -> body', 'body -> loop', 'loop.done -> end'];

describe('a loop', () => {
  it('sends its items round in batches and gives what came back in their order', async () => {
    const { output, runsOf } = await run(
      { loop: loop({ batchSize: 2 }), body: set({ twice: '{{ $json.n * 2 }}' }), end: { type: 'flow.noop' } },
      EDGES,
      5,
    );
    expect(output).toEqual([0, 1, 2, 3, 4].map((n) => ({ n, twice: n * 2 })));
    expect(runsOf('body')).toHaveLength(3);
    expect(runsOf('loop')).toHaveLength(4);
  });

  it('gives the items it was given where only they are wanted', async () => {
    const { output } = await run(
      { loop: loop({ results: 'original' }), body: set({ x: '{{ 1 }}' }), end: { type: 'flow.noop' } },
      EDGES,
      3,
    );
    expect(output).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  it('goes on though nothing comes back of a turn', async () => {
    const { output, runsOf } = await run(
      {
        loop: loop(),
        body: when('{{ $json.n = 1 }}'),
        end: { type: 'flow.noop' },
      },
      ['start -> loop', 'loop.loop -> body', 'body.true -> loop', 'loop.done -> end'],
      4,
    );
    expect(output).toEqual([{ n: 1 }]);
    expect(runsOf('loop')).toHaveLength(5);
  });

  it('waits for every branch of a turn, and for what acts in it', async () => {
    const { output, world } = await run(
      {
        loop: loop(),
        body: { type: 'http.request', parameters: { url: 'https://a.test/{{ $json.n }}' } },
        other: set({ other: '{{ true }}' }),
        end: { type: 'flow.noop' },
      },
      [...EDGES, 'loop.loop -> other', 'other -> loop'],
      2,
    );
    expect(output).toEqual([
      { sent: 'https://a.test/0' },
      { n: 0, other: true },
      { sent: 'https://a.test/1' },
      { n: 1, other: true },
    ]);
    expect(world.calls.map(({ url }) => url)).toEqual(['https://a.test/0', 'https://a.test/1']);
  });

  it('pairs what leaves it, and what goes round, with what came in', async () => {
    const { output } = await run(
      {
        before: set({ was: '{{ "item " & $json.n }}' }),
        loop: loop({ batchSize: 2 }),
        only: when('{{ $json.n != 1 }}'),
        body: {
          type: 'data.set',
          parameters: { keep: 'none', fields: [{ name: 'inside', value: '{{ $node("before").json.was }}' }] },
        },
        end: set({
          outside: '{{ $node("before").json.was }}',
          body: '{{ $node("body").json.inside }}',
          trigger: '{{ $node("start").json.n }}',
        }),
      },
      [
        'start -> before',
        'before -> loop',
        'loop.loop -> only',
        'only.true -> body',
        'body -> loop',
        'loop.done -> end',
      ],
      4,
    );
    const expected = (n: number) => ({
      inside: `item ${n}`,
      outside: `item ${n}`,
      body: `item ${n}`,
      trigger: n,
    });
    expect(output).toEqual([0, 2, 3].map(expected));
  });

  it('takes all that comes to it by several ways before it begins', async () => {
    const { output, runsOf } = await run(
      {
        a: set({ from: 'a' }),
        b: { type: 'http.request', parameters: { url: 'https://b' } },
        loop: loop({ batchSize: 10 }),
        body: { type: 'flow.noop' },
        end: { type: 'flow.noop' },
      },
      ['start -> a', 'start -> b', 'a -> loop', 'b -> loop', ...EDGES.slice(1)],
      1,
    );
    expect(output).toEqual([{ n: 0, from: 'a' }, { sent: 'https://b/' }]);
    expect(runsOf('body')).toHaveLength(1);
  });

  it('within another one begins anew in each of its turns', async () => {
    const { output, runsOf } = await run(
      {
        outer: loop({ batchSize: 2 }),
        inner: loop(),
        body: set({ seen: '{{ $node("start").json.n }}' }),
        after: { type: 'flow.noop' },
        end: { type: 'flow.noop' },
      },
      [
        'start -> outer',
        'outer.loop -> inner',
        'inner.loop -> body',
        'body -> inner',
        'inner.done -> after',
        'after -> outer',
        'outer.done -> end',
      ],
      4,
    );
    expect(output).toEqual([0, 1, 2, 3].map((n) => ({ n, seen: n })));
    expect(runsOf('inner')).toHaveLength(6);
    expect(runsOf('body')).toHaveLength(4);
  });

  it('with more turns than it may have fails before the first', async () => {
    const { error, runsOf } = await run(
      { loop: loop({ maxIterations: 3 }), body: { type: 'flow.noop' }, end: { type: 'flow.noop' } },
      EDGES,
      4,
    );
    expect(error).toMatchObject({ code: 'loop.tooManyIterations', nodeId: 'loop' });
    expect(runsOf('body')).toEqual([]);
  });

  it('hands items out of a turn to what hangs on it outside', async () => {
    const { runsOf, output } = await run(
      {
        loop: loop(),
        body: { type: 'flow.noop' },
        aside: { type: 'http.request', parameters: { url: 'https://aside/{{ $node("start").json.n }}' } },
        end: { type: 'flow.noop' },
      },
      [...EDGES, 'body -> aside'],
      5,
    );
    expect(output).toEqual([0, 1, 2, 3, 4].map((n) => ({ n })));
    expect(runsOf('aside')).toHaveLength(5);
  });

  it('of 10,000 turns keeps no more in memory than what it gives in the end', async () => {
    const { world, definition, outcome } = await run(
      {
        loop: loop(),
        body: set({ a: '{{ $json.n }}' }),
        next: { type: 'flow.noop' },
        end: { type: 'flow.noop' },
      },
      ['start -> loop', 'loop.loop -> body', 'body -> next', 'next -> loop', 'loop.done -> end'],
      10_000,
    );
    expect(outcome).toEqual({ kind: 'done', status: 'completed' });
    const { emptyState } = await import('../../../engine/interpreter/state.ts');
    const { replay } = await import('../../../engine/interpreter/transition.ts');
    const state = replay(world.slice(definition).plan, emptyState(), world.events());
    expect(Object.keys(state.runs).length).toBeLessThan(12);
  });
});

describe('a while loop', () => {
  const repeat = (parameters: object) => ({ type: 'flow.while', parameters: parameters as never });
  const more = set({ n: '{{ $json.n + 1 }}' });

  it('goes round as long as its condition holds', async () => {
    const { output } = await run(
      { loop: repeat({ condition: '{{ $json.n < 4 }}' }), body: more, end: { type: 'flow.noop' } },
      EDGES,
      1,
    );
    expect(output).toEqual([{ n: 4 }]);
  });

  it('lets through at once what does not meet it, unless it is checked afterwards', async () => {
    const nodes = (checkFirst: boolean) => ({
      loop: repeat({ condition: '{{ $json.n < 0 }}', checkFirst }),
      body: more,
      end: { type: 'flow.noop' },
    });
    expect((await run(nodes(true), EDGES, 1)).output).toEqual([{ n: 0 }]);
    expect((await run(nodes(false), EDGES, 1)).output).toEqual([{ n: 1 }]);
  });

  it.each([
    ['error', { error: { code: 'loop.tooManyIterations', nodeId: 'loop' } }],
    ['done', { output: [{ n: 3 }] }],
  ])('without an end stops at its limit by "%s"', async (onLimit, expected) => {
    const nodes = {
      loop: repeat({ condition: '{{ true }}', maxIterations: 3, onLimit }),
      body: more,
      end: { type: 'flow.noop' },
    };
    expect(await run(nodes, EDGES, 1)).toMatchObject(expected);
  });

  it('stops when it has taken too long', async () => {
    const nodes = {
      loop: repeat({ condition: '{{ true }}', maxDurationSeconds: 100, onLimit: 'done' }),
      body: { type: 'flow.wait', parameters: { duration: { amount: 30, unit: 'seconds' as const } } },
      end: { type: 'flow.noop' },
    };
    const { runsOf } = await run(nodes, EDGES, 1);
    expect(runsOf('body')).toHaveLength(4);
  });

  it('pairs what leaves it with what came in, however often it went round', async () => {
    const { output, world, definition } = await run(
      {
        loop: repeat({ condition: '{{ $json.n < 6 }}' }),
        body: {
          type: 'data.set',
          parameters: { keep: 'none', fields: [{ name: 'n', value: '{{ $json.n + 2 }}' }] },
        },
        end: set({ was: '{{ $node("start").json.n }}' }),
      },
      EDGES,
      3,
    );
    expect(output).toEqual([0, 1, 2].map((n) => ({ n: n + 6, was: n })));
    expect(world.slice(definition).plan.referenced).toEqual(new Set(['start']));
  });
});
