import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../engine/definition.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, items, makeWorld, respond } from '../engine-world.ts';

type Nodes = Parameters<typeof aDefinition>[0];

const set = (fields: Record<string, string>, keep = 'all') => ({
  type: 'data.set',
  parameters: { keep, fields: Object.entries(fields).map(([name, value]) => ({ name, value })) },
});
const call = (more: object = {}) => ({
  type: 'http.request',
  parameters: { url: 'https://a.test/{{ $json.n }}' },
  ...more,
});
const JSON_TYPE = { 'content-type': 'application/json' };

interface Options {
  readonly count?: number;
  readonly workflows?: Record<string, Definition>;
  readonly statusOf?: (url: string, nth: number) => number;
}

const run = async (
  nodes: Nodes,
  edges: readonly string[],
  { count = 5, workflows = {}, statusOf }: Options = {},
) => {
  const definition = aDefinition({ start: { type: 'trigger.manual' }, ...nodes }, edges);
  const seen = new Map<string, number>();
  const world = makeWorld({
    registry: nodeTypes,
    workflows,
    answer: ({ url }) => {
      const nth = (seen.get(url) ?? 0) + 1;
      seen.set(url, nth);
      return respond(statusOf?.(url, nth) ?? 200, { url }, JSON_TYPE);
    },
  });
  const given = Array.from({ length: count }, (_, n) => ({ n }));
  const result = await world.runToEnd(definition, { trigger: { nodeId: 'start', items: items(...given) } });
  return { ...result, world, seen };
};

type Given = NonNullable<Nodes[string]['parameters']>;
const map = (parameters: Given = {}, more: object = {}) => ({ type: 'flow.map', parameters, ...more });
const end = { type: 'flow.noop' };
const EDGES = ['start -> map', 'map.item -> body', 'body -> map.collect', 'map.done -> end'];

describe('a map', () => {
  it('runs its body for each batch and gives what was collected in the order of its items', async () => {
    const { output, world } = await run(
      { map: map({ batchSize: 2 }), body: set({ twice: '{{ $json.n * 2 }}' }), end },
      EDGES,
    );
    expect(output).toEqual([0, 1, 2, 3, 4].map((n) => ({ n, twice: n * 2 })));
    expect([...world.children.keys()]).toEqual(['exec_1+map.0.0', 'exec_1+map.0.1', 'exec_1+map.0.2']);
    expect(world.calls).toEqual([]);
  });

  it('runs no more at once than it may', async () => {
    const { world } = await run({ map: map({ concurrency: 2 }), body: set({ a: '1' }), end }, EDGES);
    const running: number[] = [];
    let now = 0;
    for (const event of world.events()) {
      if (event.type === 'childStarted') now += 1;
      if (event.type === 'childEnded') now -= 1;
      running.push(now);
    }
    expect(Math.max(...running)).toBe(2);
  });

  it('means in its body by $node and $trigger what they mean outside, and pairs what leaves it', async () => {
    const { output } = await run(
      {
        before: set({ was: '{{ "item " & $json.n }}' }),
        map: map({ batchSize: 2 }),
        only: { type: 'flow.if', parameters: { condition: '{{ $json.n != 1 }}' } },
        body: set(
          {
            inside: '{{ $node("before").json.was }}',
            first: '{{ $trigger.json.n }}',
            item: '{{ $node("map").json.n }}',
          },
          'none',
        ),
        end: set({ outside: '{{ $node("before").json.was }}', n: '{{ $node("start").json.n }}' }),
      },
      [
        'start -> before',
        'before -> map',
        'map.item -> only',
        'only.true -> body',
        'body -> map.collect',
        'map.done -> end',
      ],
      { count: 4 },
    );
    expect(output).toEqual(
      [0, 2, 3].map((n) => ({ inside: `item ${n}`, first: 0, item: n, outside: `item ${n}`, n })),
    );
  });

  it("behind a loop knows in its body which of the loop's items is which", async () => {
    const { output } = await run(
      {
        loop: { type: 'flow.loop' },
        round: set({ round: '{{ "round " & $json.n }}' }, 'none'),
        map: map({ batchSize: 2 }),
        body: set({ was: '{{ $node("round").json.round }}', n: '{{ $node("start").json.n }}' }),
        end,
      },
      ['start -> loop', 'loop.loop -> round', 'round -> loop', 'loop.done -> map', ...EDGES.slice(1)],
      { count: 3 },
    );
    expect(output).toEqual([0, 1, 2].map((n) => ({ round: `round ${n}`, was: `round ${n}`, n })));
  });

  it('hands its body no more of its parent than it asks for', async () => {
    const { world } = await run({ map: map(), body: set({ t: '{{ $trigger.json.n }}' }), end }, EDGES, {
      count: 100,
    });
    const [child] = world.children.values();
    expect(JSON.stringify(child?.overrides.body?.base).length).toBeLessThan(1_000);
  });

  it('may stand in the body of another one', async () => {
    const { output } = await run(
      {
        outer: map({ batchSize: 2 }),
        inner: map(),
        body: set({ seen: '{{ $node("start").json.n }}' }),
        end,
      },
      [
        'start -> outer',
        'outer.item -> inner',
        'inner.item -> body',
        'body -> inner.collect',
        'inner.done -> outer.collect',
        'outer.done -> end',
      ],
      { count: 3 },
    );
    expect(output).toEqual([0, 1, 2].map((n) => ({ n, seen: n })));
  });

  it('of nothing collected gives nothing', async () => {
    const { output, outcome } = await run({ map: map(), body: { type: 'flow.noop' }, end }, [
      'start -> map',
      'map.item -> body',
      'map.done -> end',
    ]);
    expect([outcome, output]).toEqual([{ kind: 'done', status: 'completed' }, []]);
  });
});

describe('a batch that fails', () => {
  const failsAt2 = (url: string) => (url.endsWith('/2') ? 400 : 200);

  it('fails the map, and what has not begun is not begun', async () => {
    const { error, world } = await run({ map: map({ concurrency: 1 }), body: call(), end }, EDGES, {
      statusOf: failsAt2,
    });
    expect(error).toMatchObject({ code: 'http.status', nodeId: 'map' });
    expect(world.children.size).toBe(3);
  });

  it('leaves by the error port where its node says so, the others go on', async () => {
    const { world, output } = await run(
      { map: map({}, { onError: 'branch' }), body: call(), end, failed: end },
      [...EDGES, 'map.error -> failed'],
      { statusOf: failsAt2 },
    );
    expect(world.children.size).toBe(5);
    const failed = world
      .events()
      .find((event) => event.type === 'nodeSucceeded' && event.nodeId === 'failed');
    expect(failed).toMatchObject({ outputs: { main: [{ json: { n: 2, error: { code: 'http.status' } } }] } });
    expect(output).toHaveLength(1);
  });

  it('is run again by itself, as its retry policy has it', async () => {
    const retry = { maxAttempts: 3, initialDelaySeconds: 60 };
    const { output, seen, world } = await run({ map: map({}, { retry }), body: call(), end }, EDGES, {
      statusOf: (url, nth) => (url.endsWith('/2') && nth < 3 ? 503 : 200),
    });
    expect(output).toHaveLength(5);
    expect(seen.get('https://a.test/2')).toBe(3);
    expect(seen.get('https://a.test/1')).toBe(1);
    expect([...world.children.keys()].filter((id) => /x\d$/.test(id))).toEqual([
      'exec_1+map.0.2x2',
      'exec_1+map.0.2x3',
    ]);
  });
});

describe('a sub-workflow', () => {
  const double = aDefinition(
    { called: { type: 'trigger.workflow' }, twice: set({ twice: '{{ $json.n * 2 }}' }, 'none') },
    ['called -> twice'],
  );
  const sub = (parameters: Given = {}, more: object = {}) => ({
    type: 'flow.subworkflow',
    parameters: { workflowId: 'wf_double', ...parameters },
    ...more,
  });
  const workflows = { wf_double: double };
  const LINE = ['start -> sub', 'sub -> end'];

  it('gets all items at once and gives those of its last node', async () => {
    const { output, world } = await run({ sub: sub(), end }, LINE, { workflows });
    expect(output).toEqual([0, 1, 2, 3, 4].map((n) => ({ twice: n * 2 })));
    expect(world.children.size).toBe(1);
  });

  it('for each item pairs what it gives with that item', async () => {
    const { output } = await run(
      { sub: sub({ mode: 'perItem' }), end: set({ n: '{{ $node("start").json.n }}' }) },
      LINE,
      { workflows, count: 3 },
    );
    expect(output).toEqual([0, 1, 2].map((n) => ({ n, twice: n * 2 })));
  });

  it('that is not waited for goes on at once with its items and the executions', async () => {
    const { output } = await run({ sub: sub({ wait: false, mode: 'perItem' }), end }, LINE, {
      workflows,
      count: 2,
    });
    expect(output).toEqual([
      { n: 0, executionId: 'exec_1+sub.0.0' },
      { n: 1, executionId: 'exec_1+sub.0.1' },
    ]);
  });

  it('runs for each batch of a map, too', async () => {
    const { output } = await run(
      { map: map({ workflowId: 'wf_double', batchSize: 2 }), end },
      ['start -> map', 'map.done -> end'],
      { workflows, count: 3 },
    );
    expect(output).toEqual([{ twice: 0 }, { twice: 2 }, { twice: 4 }]);
  });

  it('that is not there fails the node by what it says', async () => {
    const { error } = await run({ sub: sub(), end }, LINE);
    expect(error).toMatchObject({ code: 'workflow.notFound', nodeId: 'sub' });
  });

  it('that fails, fails the node with its error', async () => {
    const failing = aDefinition(
      {
        called: { type: 'trigger.workflow' },
        stop: { type: 'flow.stop', parameters: { code: 'order.unknown' } },
      },
      ['called -> stop'],
    );
    const { error } = await run({ sub: sub(), end }, LINE, { workflows: { wf_double: failing } });
    expect(error).toMatchObject({ code: 'order.unknown', nodeId: 'sub' });
  });
});

it('what ends an execution ends its children', async () => {
  const definition = aDefinition(
    {
      start: { type: 'trigger.manual' },
      map: map(),
      wait: { type: 'flow.wait', parameters: { duration: { amount: 5, unit: 'days' } } },
      end,
    },
    ['start -> map', 'map.item -> wait', 'wait -> map.collect', 'map.done -> end'],
  );
  const world = makeWorld({ registry: nodeTypes });
  await world.run(definition);
  world.inbox.push({ kind: 'cancel', waitId: 'cancel', at: 0, by: 'usr_1' });
  expect(await world.run(definition)).toEqual({ kind: 'done', status: 'cancelled' });
  const [child] = world.children.values();
  expect(child?.world.inbox).toMatchObject([{ kind: 'cancel' }]);
});
