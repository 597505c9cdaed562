import { describe, expect, it } from 'vitest';
import { compile } from '../../../engine/compile/plan.ts';
import { foldLog } from '../../../engine/interpreter/log.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, items, makeWorld, respond, START } from '../engine-world.ts';
import { aRegistry } from './test-nodes.ts';

const registry = aRegistry();
const retry = { maxAttempts: 2, initialDelaySeconds: 1, jitter: false };
const definition = aDefinition(
  {
    s: { type: 'start' },
    is: { type: 'below', parameters: { limit: 1 } },
    call: { type: 'send', parameters: { url: 'https://a' }, retry },
    other: { type: 'add' },
  },
  ['s -> is', 'is.true -> call', 'is.false -> other'],
);
const plan = compile(definition, registry);

const aWorld = (...statuses: number[]) =>
  makeWorld({ registry, answer: () => respond(statuses.shift() ?? 200, { ok: true }) });

describe('the execution log', () => {
  it('has a row for each attempt, with what came in and went out', async () => {
    const world = aWorld(500);
    await world.runToEnd(definition);
    expect(foldLog(plan, world.events())).toMatchObject([
      { nodeId: 's', status: 'completed', outputs: { main: [{ json: { n: 0 } }] } },
      { nodeId: 'is', status: 'completed', inputs: { main: [{ json: { n: 0 } }] } },
      { nodeId: 'call', attempt: 1, status: 'failed', startedAt: START, error: { code: 'http.status' } },
      {
        nodeId: 'call',
        attempt: 2,
        status: 'completed',
        startedAt: START + 1_000,
        outputs: { main: [{ json: { ok: true } }] },
      },
      { nodeId: 'other', status: 'skipped', startedAt: null },
    ]);
  });

  it('shows all that came to a loop by several ways', async () => {
    const world = makeWorld({ registry: nodeTypes });
    const looping = aDefinition(
      {
        s: { type: 'trigger.manual' },
        loop: { type: 'flow.loop', parameters: { batchSize: 2 } },
        is: { type: 'flow.if', parameters: { condition: '{{ $json.n > 1 }}' } },
        a: { type: 'flow.noop' },
        b: { type: 'flow.noop' },
      },
      ['s -> loop', 'loop.loop -> is', 'is.true -> a', 'is.false -> b', 'a -> loop', 'b -> loop'],
    );
    await world.runToEnd(looping, { trigger: { nodeId: 's', items: items({ n: 1 }, { n: 2 }) } });

    const rows = foldLog(compile(looping, nodeTypes), world.events());
    const [, second] = rows.filter(({ nodeId }) => nodeId === 'loop');
    expect(second?.inputs.main).toHaveLength(2);
  });

  it('needs no plan for what has happened', async () => {
    const world = aWorld();
    await world.runToEnd(definition);
    expect(foldLog(null, world.events()).map((row) => [row.nodeId, row.status])).toEqual([
      ['s', 'completed'],
      ['is', 'completed'],
      ['call', 'completed'],
    ]);
  });

  it('shows what is under way and what waits', async () => {
    const world = aWorld();
    world.crashAt = { call: 2, when: 'before' };
    await world.run(definition);
    expect(foldLog(plan, world.events()).at(-1)).toMatchObject({ nodeId: 'call', status: 'running' });

    const begun = world.events().filter((event) => event.type !== 'nodeStarted');
    expect(foldLog(plan, begun).at(-1)).toMatchObject({ nodeId: 'call', status: 'pending' });
  });

  it('shows what was cut by the end', async () => {
    const world = makeWorld({
      registry,
      answer: (_request, { inbox }) => {
        inbox.push({ kind: 'cancel', waitId: 'x', at: START });
        return new Promise(() => undefined);
      },
    });
    await world.runToEnd(definition);
    const row = foldLog(plan, world.events()).find((each) => each.nodeId === 'call');
    expect(row).toMatchObject({ status: 'failed', error: { code: 'node.cut' } });
  });
});
