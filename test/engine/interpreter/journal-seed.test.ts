import { describe, expect, it } from 'vitest';
import { compile } from '../../../engine/compile/plan.ts';
import { reachOf } from '../../../engine/compile/reach.ts';
import type { Definition } from '../../../engine/definition.ts';
import { actedRuns } from '../../../engine/interpreter/acted.ts';
import { seedJournal } from '../../../engine/interpreter/journal-seed.ts';
import { aDefinition, echo, items, makeWorld, respond, START, type World } from '../engine-world.ts';
import { SHAPES } from './shapes.ts';
import { aNodeType, aRegistry } from './test-nodes.ts';

const registry = aRegistry();
const started = {
  type: 'executionStarted',
  at: START,
  engine: '0',
  triggerNodeId: 'start',
  items: items({ n: 0 }),
} as const;
const send = (url: string) => ({ type: 'send', parameters: { url } });

/** A world whose journal begins with what is kept of another one. */
const continued = (
  old: World,
  definition: Definition,
  isKept: Parameters<typeof seedJournal>[3],
  answer = echo,
): World => {
  const world = makeWorld({ registry, answer });
  const { events } = seedJournal(compile(definition, registry), old.events(), started, isKept);
  world.segments.push({ events, end: { kind: 'open' } });
  return world;
};

describe.each(Object.entries(SHAPES))('%s', (_name, definition) => {
  it('ends the same from whatever node it is taken up again, and repeats nothing before it', async () => {
    const old = makeWorld({ registry });
    const expected = await old.runToEnd(definition);
    const plan = compile(definition, registry);

    const whole = continued(old, definition, () => true);
    expect(await whole.runToEnd(definition)).toEqual(expected);
    expect(whole.calls).toEqual([]);

    for (const { id } of definition.nodes.filter((node) => node.id !== 'start')) {
      const again = reachOf(plan, id);
      const world = continued(old, definition, ({ nodeId }) => !again.has(nodeId));
      expect(await world.runToEnd(definition), id).toEqual(expected);
      expect(world.wrongs).toEqual([]);
      for (const { key } of world.calls) expect(again, key).toContain(key.split('/')[1]);
    }
  });
});

describe('a journal taken over', () => {
  const chain = aDefinition(
    { start: { type: 'start' }, a: send('https://a'), b: send('https://b'), c: { type: 'add' } },
    ['start -> a', 'a -> b', 'b -> c'],
  );
  const failing = async (url: string, definition = chain): Promise<World> => {
    const old = makeWorld({
      registry,
      answer: (request, world) => (request.url === url ? respond(400, {}) : echo(request, world)),
    });
    expect((await old.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'failed' });
    return old;
  };

  it('goes on at the node that failed', async () => {
    const world = continued(await failing('https://b'), chain, () => true);

    expect((await world.runToEnd(chain)).outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls.map(({ url }) => url)).toEqual(['https://b']);
  });

  it('goes on in another version: what is new or connected otherwise runs, what is gone does not', async () => {
    const old = await failing('https://b');
    const mended = aDefinition(
      {
        start: { type: 'start' },
        a: send('https://a'),
        between: send('https://new'),
        b: send('https://mended'),
        side: send('https://side'),
      },
      ['start -> a', 'a -> between', 'between -> b', 'start -> side'],
    );
    const world = continued(old, mended, () => true);

    await world.runToEnd(mended);

    expect(world.calls.map(({ url }) => url).sort()).toEqual([
      'https://mended',
      'https://new',
      'https://side',
    ]);
  });

  it('names runs as the other plan would', async () => {
    const old = await failing('https://b');
    const twoWays = aDefinition(
      { start: { type: 'start' }, a: send('https://a'), extra: { type: 'add' }, b: send('https://b') },
      ['start -> a', 'start -> extra', 'a -> b', 'extra -> b'],
    );
    const world = continued(old, twoWays, () => true);

    await world.runToEnd(twoWays);

    expect(world.calls.map(({ url }) => url)).toEqual(['https://b', 'https://b']);
    expect(new Set(world.calls.map(({ key }) => key)).size).toBe(2);
  });

  it('keeps the items a failed node got done', async () => {
    const each = aNodeType({
      type: 'each',
      mode: 'perItem',
      effect: 'write',
      execute: async (node) => {
        const { n } = node.items[0]?.json ?? {};
        await node.ports.http.request({
          method: 'POST',
          url: `https://each/${n}`,
          headers: { 'idempotency-key': node.idempotencyKey },
          maxRedirects: 0,
          timeoutMilliseconds: 1_000,
          maxResponseBytes: 1_000,
          signal: node.signal,
        });
        if (n === 2 && isBroken) throw new Error('no');
        return { outputs: { main: node.items } };
      },
    });
    let isBroken = true;
    const own = aRegistry(each);
    const definition = aDefinition({ start: { type: 'start' }, each: { type: 'each' } }, ['start -> each']);
    const trigger = { nodeId: 'start', items: items({ n: 1 }, { n: 2 }, { n: 3 }) };
    const old = makeWorld({ registry: own });
    expect((await old.runToEnd(definition, { trigger })).error?.code).toBe('node.threw');
    isBroken = false;

    const world = makeWorld({ registry: own });
    const plan = compile(definition, own);
    const seed = seedJournal(plan, old.events(), { ...started, items: trigger.items }, () => true);
    world.segments.push({ events: seed.events, end: { kind: 'open' } });
    const { output } = await world.runToEnd(definition, { trigger });

    expect(output).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(world.calls.map(({ url }) => url)).toEqual(['https://each/2']);
  });

  it('tells which runs have acted, and which may have', async () => {
    const old = await failing('https://b');

    expect(actedRuns(old.events())).toEqual([
      { run: 'a', nodeId: 'a', isCertain: true },
      { run: 'b', nodeId: 'b', isCertain: false },
    ]);
  });
});
