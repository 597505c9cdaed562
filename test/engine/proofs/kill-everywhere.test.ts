import { describe, expect, it } from 'vitest';
import { echo, makeWorld, respond, type World } from '../engine-world.ts';
import { SUB_WORKFLOWS } from './sub-workflows.ts';
import { given, registry, type Shape, WORKFLOWS } from './workflows.ts';

/** Answers 500 where the address says so. */
const answer: typeof echo = async (request, world) => {
  const response = await echo(request, world);
  return request.url.includes('500') ? respond(500, {}) : response;
};

const worldOf = ({ inbox, workflows, runsChildren = false }: Shape, suspends = false): World => {
  const world = makeWorld({ registry, workflows, answer, suspends, runsChildren });
  world.inbox.push(...structuredClone(inbox));
  return world;
};

const runToEnd = async (world: World, shape: Shape) => {
  const { outcome, output, error } = await world.runToEnd(shape.definition, given(shape));
  return { outcome, output, error: error && { code: error.code, nodeId: error.nodeId } };
};

/** Which keys were sent, each once, in an order that timing does not change. */
const keysOf = (world: World) => [...new Set(world.calls.map((call) => `${call.key} ${call.url}`))].sort();

const calm = async (shape: Shape) => {
  const world = worldOf(shape);
  const expected = await runToEnd(world, shape);
  expect(world.wrongs).toEqual([]);
  return { world, expected, keys: keysOf(world), calls: world.outsideCalls };
};

/** The same numbers every time (mulberry32). */
const randomFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};
const seedOf = (name: string): number =>
  [...name].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) | 0, 7);

it('there are at least thirty forms of workflows', () => {
  expect(Object.keys(WORKFLOWS).length).toBeGreaterThanOrEqual(30);
});

it.each(Object.entries(SUB_WORKFLOWS).filter(([, { runsChildren }]) => runsChildren))(
  '%s comes to the same as elsewhere',
  async (_name, shape) => {
    const elsewhere = await calm({ ...shape, runsChildren: false });
    const { world, expected, keys } = await calm(shape);
    expect(expected).toEqual(elsewhere.expected);
    expect(keys).toEqual(elsewhere.keys);
    expect(world.children.size).toBe(elsewhere.world.children.size);
  },
);

describe.each(Object.entries({ ...WORKFLOWS, ...SUB_WORKFLOWS }))('%s', (name, shape) => {
  it('ends the same wherever its interpreter is killed', async () => {
    const { expected, keys, calls } = await calm(shape);
    for (let call = 1; call <= calls; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = worldOf(shape);
        world.crashAt = { call, when };
        const where = `killed ${when} call ${call}`;
        expect(await runToEnd(world, shape), where).toEqual(expected);
        expect(world.wrongs, where).toEqual([]);
        expect(keysOf(world), where).toEqual(keys);
      }
    }
  });

  it('ends the same when it is killed twice', async () => {
    const { expected, keys, calls } = await calm(shape);
    const random = randomFrom(seedOf(name));
    for (let pair = 0; pair < 12; pair += 1) {
      const world = worldOf(shape);
      const first = 1 + random(calls);
      world.crashes.set(first, random(2) === 0 ? 'before' : 'after');
      world.crashes.set(first + 1 + random(calls), random(2) === 0 ? 'before' : 'after');
      const where = `killed at ${JSON.stringify([...world.crashes])}`;
      expect(await runToEnd(world, shape), where).toEqual(expected);
      expect(world.wrongs, where).toEqual([]);
      expect(keysOf(world), where).toEqual(keys);
    }
  });

  it('ends the same when all memory is lost behind every node', async () => {
    const { expected, keys } = await calm(shape);
    const world = worldOf(shape, true);
    expect(await runToEnd(world, shape)).toEqual(expected);
    expect(world.wrongs).toEqual([]);
    expect(keysOf(world)).toEqual(keys);
  });

  it('goes to one of two interpreters from wherever its journal stands', async () => {
    const { world: whole, expected, keys } = await calm(shape);
    for (let length = 0; length < whole.segments.length; length += 1) {
      const world = worldOf(shape);
      world.segments.push(...whole.segments.slice(0, length));
      for (const [id, child] of whole.children) world.children.set(id, child);
      const prefix = new Set(
        world.events().flatMap((event) => (event.type === 'nodeStarted' ? [event.run] : [])),
      );
      const outcomes = await Promise.all([
        world.run(shape.definition, given(shape)),
        world.run(shape.definition, given(shape)),
      ]);
      const where = `two from segment ${length}: ${outcomes.map((outcome) => outcome?.kind)}`;
      // What was not begun before is done by one of them only.
      const sent = world.calls.filter(({ key }) => key !== '' && !prefix.has(key.split('/')[2] ?? ''));
      const writes = sent.filter(
        ({ url }) => !url.includes('ask') && !url.includes('bb') && url !== 'https://b',
      );
      expect(new Set(writes.map(({ key }) => key)).size, where).toBe(writes.length);
      expect(await runToEnd(world, shape), where).toEqual(expected);
      expect(world.wrongs, where).toEqual([]);
      const extra = keysOf(world).filter((key) => !keys.includes(key));
      expect(extra, where).toEqual([]);
    }
  });
});
