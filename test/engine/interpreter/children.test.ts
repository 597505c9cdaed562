import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../engine/definition.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, echo, makeWorld, respond, START, type World } from '../engine-world.ts';

const post = (url: string) => ({ type: 'http.request', parameters: { method: 'POST', url } });
const call = (parameters: object = {}) => ({
  type: 'flow.subworkflow',
  parameters: { workflowId: 'wf_called', ...parameters },
});
const called = (node: Parameters<typeof aDefinition>[0][string]): Definition =>
  aDefinition({ called: { type: 'trigger.workflow' }, act: node }, ['called -> act']);
const caller = (parameters: object = {}, settings: Definition['settings'] | object = {}): Definition =>
  aDefinition({ start: { type: 'trigger.manual' }, sub: call(parameters) }, ['start -> sub'], settings);

/** Whose calls take as long as their address says, in milliseconds. */
const aWorld = (workflow = called(post('https://example.test/1'))): World =>
  makeWorld({
    registry: nodeTypes,
    workflows: { wf_called: workflow },
    runsChildren: true,
    answer: async ({ url, signal }, { clock }) => {
      await clock.sleep(Number(url.split('/').at(-1)), signal);
      return respond(200, { url });
    },
  });
const typesIn = ({ events }: World['segments'][number]) => events.map(({ type }) => type);
const childOf = (world: World) => [...world.children.values()][0];

describe('a child that runs in the slice of its parent', () => {
  it('has its start and its end in one segment, and tells nobody', async () => {
    const world = aWorld();

    expect(await world.run(caller())).toEqual({ kind: 'done', status: 'completed' });

    expect(world.segments.map(typesIn).filter((types) => types.includes('childStarted'))).toEqual([
      expect.arrayContaining(['childStarted', 'childEnded']),
    ]);
    expect(world.inbox).toEqual([]);
    expect(childOf(world)?.world.events().at(-1)).toMatchObject({ type: 'executionFinished' });
  });

  it('is waited for no longer than its time: then it goes on by itself, and its call is not cut', async () => {
    const two = aDefinition(
      {
        called: { type: 'trigger.workflow' },
        one: post('https://example.test/15000'),
        two: post('https://example.test/1'),
      },
      ['called -> one', 'one -> two'],
    );
    const world = aWorld(two);

    expect(await world.run(caller())).toMatchObject({ kind: 'parked' });
    expect(world.calls).toHaveLength(1);

    const { outcome } = await world.runToEnd(caller());
    expect(outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls.map(({ url }) => url)).toEqual([
      'https://example.test/15000',
      'https://example.test/1',
    ]);
  });

  it('uses up nothing of the time its parent may take', async () => {
    const definition = caller({ mode: 'perItem', concurrency: 2 }, { timeoutSeconds: 5 });
    const items = [1, 2, 3, 4].map((n) => ({ json: { n } }));
    const world = aWorld(called(post('https://example.test/6000')));

    const outcome = await world.run(definition, { trigger: { nodeId: 'start', items } });

    expect(outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.clock.now() - START).toBeGreaterThanOrEqual(12_000);
  });

  it('begins nothing more once another branch has answered the caller, and goes on by itself', async () => {
    const two = aDefinition(
      {
        called: { type: 'trigger.workflow' },
        one: post('https://example.test/500'),
        two: post('https://example.test/2000'),
      },
      ['called -> one', 'one -> two'],
    );
    const definition = aDefinition(
      {
        start: { type: 'trigger.manual' },
        sub: call(),
        ask: { type: 'http.request', parameters: { method: 'GET', url: 'https://example.test/100' } },
        say: { type: 'flow.respond', parameters: {} },
      },
      ['start -> sub', 'start -> ask', 'ask -> say'],
    );
    const world = aWorld(two);

    expect(await world.run(definition, { waitingCaller: true })).toEqual({ kind: 'responded' });
    expect(world.clock.now() - START).toBeLessThan(1_000);
    expect(world.calls.map(({ url }) => url)).not.toContain('https://example.test/2000');

    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls.filter(({ url }) => url === 'https://example.test/500')).toHaveLength(1);
  });

  it('is let go at the end of the slice, and goes on from there', async () => {
    const host = new AbortController();
    const world = makeWorld({
      registry: nodeTypes,
      workflows: { wf_called: called(post('https://example.test/x')) },
      runsChildren: true,
      answer: async (request, at) => {
        if (at.calls.length > 1) return echo(request, at);
        host.abort(new Error('The host stops.'));
        return new Promise((_, reject) =>
          request.signal.addEventListener('abort', () => reject(new Error('cut'))),
        );
      },
    });
    expect(await world.run(caller(), { signal: host.signal })).toEqual({ kind: 'continue' });
    expect(childOf(world)).toMatchObject({ isInline: false });

    expect((await world.runToEnd(caller())).outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(new Set(world.calls.map(({ key }) => key)).size).toBe(1);
  });
});

describe('an execution that is cancelled', () => {
  const CANCEL = { kind: 'cancel', waitId: 'cancel', at: START, by: 'usr_1' } as const;

  it.each(['POST', 'GET'])(
    'while a child runs in its slice cancels the child, stored or not: %s',
    async (method) => {
      const node = { type: 'http.request', parameters: { method, url: 'https://example.test/x' } };
      const world = makeWorld({
        registry: nodeTypes,
        workflows: { wf_called: called(node) },
        runsChildren: true,
        answer: ({ signal }) => {
          world.inbox.push(CANCEL);
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cut'))));
        },
      });

      expect(await world.run(caller())).toEqual({ kind: 'done', status: 'cancelled' });
      expect(childOf(world)?.world.inbox).toMatchObject([{ kind: 'cancel' }]);
    },
  );

  it('cancels a child, too, that a slice had begun which died before it recorded that', async () => {
    const world = aWorld();
    // The parent, the child, the call: then the child's end would be recorded.
    world.crashAt = { call: 3, when: 'after' };
    expect(await world.run(caller())).toBeNull();
    expect(world.events().some(({ type }) => type === 'childStarted')).toBe(false);
    expect(childOf(world)?.world.events()).not.toEqual([]);

    world.inbox.push(CANCEL);
    expect(await world.run(caller())).toEqual({ kind: 'done', status: 'cancelled' });
    expect(childOf(world)?.world.inbox).toMatchObject([{ kind: 'cancel' }]);
  });

  it('asks for none where it has begun none', async () => {
    const world = aWorld();
    world.inbox.push(CANCEL);
    expect(await world.run(caller())).toEqual({ kind: 'done', status: 'cancelled' });
    expect(world.children.size).toBe(0);
  });
});
