import { describe, expect, it } from 'vitest';
import { compile } from '../../../engine/compile/plan.ts';
import type { JournalEvent } from '../../../engine/interpreter/event.ts';
import { type ExecutionState, emptyState } from '../../../engine/interpreter/state.ts';
import { openCommands, replay, transition } from '../../../engine/interpreter/transition.ts';
import { aDefinition, items, makeWorld, START } from '../engine-world.ts';
import { SHAPES } from './shapes.ts';
import { aRegistry } from './test-nodes.ts';

const registry = aRegistry();
const reload = (state: ExecutionState) => JSON.parse(JSON.stringify(state)) as ExecutionState;

describe.each(Object.entries(SHAPES))('%s', (_name, definition) => {
  it('gives the same state when it is stored and read back between any two events', async () => {
    const world = makeWorld({ registry });
    await world.runToEnd(definition);
    const plan = compile(definition, registry);
    const kept = emptyState();
    let stored = emptyState();
    for (const event of world.events()) {
      const { commands } = transition(plan, kept, event);
      const again = transition(plan, reload(stored), event);
      stored = again.state;
      expect(again.commands).toEqual(commands);
      expect(stored).toEqual(kept);
    }
    expect(stored.status).toBe('completed');
  });
});

const started = (triggerNodeId: string) =>
  ({ type: 'executionStarted', at: START, engine: '0.1.0', triggerNodeId, items: items({ n: 0 }) }) as const;

const succeeded = (
  run: string,
  inputs: readonly { run: string; sourcePort: string; targetPort: string }[] = [],
) =>
  ({
    type: 'nodeSucceeded',
    at: START,
    startedAt: START,
    run,
    nodeId: run.split('~')[0] ?? '',
    attempt: 1,
    inputs,
    outputs: { main: items({ from: run }) },
    pairing: {},
  }) as const;

const aFailure = (run: string, code: string) =>
  ({
    type: 'nodeFailed',
    at: START,
    startedAt: START,
    run,
    nodeId: run,
    attempt: 1,
    inputs: [],
    error: { code, message: 'It broke.', retryable: false },
    retryAt: null,
  }) as const;

describe('a transition', () => {
  it('ends for the first of several reasons', () => {
    const definition = aDefinition({ s: { type: 'start' }, a: { type: 'add' }, b: { type: 'add' } }, [
      's -> a',
      's -> b',
    ]);
    const plan = compile(definition, registry);
    const state = replay(plan, emptyState(), [started('s'), aFailure('a', 'test.first')]);
    const first = { status: 'failed', error: { code: 'test.first', nodeId: 'a' } };
    const { commands } = transition(plan, state, aFailure('b', 'test.second'));
    expect(commands).toMatchObject([{ kind: 'finish', ...first }]);
    expect(state.ending).toMatchObject(first);
  });

  describe('with children', () => {
    const plan = compile(aDefinition({ s: { type: 'start' }, a: { type: 'add' } }, ['s -> a']), registry);
    const about = { run: 'a', nodeId: 'a', waitId: 'a.0' };
    const child = { kind: 'workflow', workflowId: 'w', version: 1, items: [0], isAwaited: true } as const;
    const wait = {
      id: 'a.0',
      kind: 'child',
      children: [child, child],
      concurrency: 2,
      stopsAtFailure: false,
    };
    const waiting = { ...succeeded('a'), type: 'nodeWaiting', outputs: {}, wait: { ...wait, until: null } };
    const begun = () => replay(plan, emptyState(), [started('s'), waiting as JournalEvent]);

    it('counts the time of those that ran at once only once as waited', () => {
      const [first, second] = [0, 1].map(
        (index): JournalEvent => ({
          ...about,
          type: 'childStarted',
          index,
          executionId: `e${index}`,
          at: START + 1_000 + 500 * index,
          since: START,
        }),
      );
      const state = replay(plan, begun(), [first, second] as JournalEvent[]);
      expect(state.parkedMilliseconds).toBe(1_500);
    });

    it('keeps the first result of each', () => {
      const ended = (message: string): JournalEvent => ({
        ...about,
        type: 'childEnded',
        index: 0,
        at: START,
        retryAt: null,
        result: { status: 'failed', error: { code: 'test.broken', message, retryable: false } },
      });
      const state = replay(plan, begun(), [ended('first'), ended('second')]);
      expect(state.runs.a?.wait?.results).toMatchObject([{ error: { message: 'first' } }, null]);
    });
  });

  it('counts attempts anew after a wait', () => {
    const plan = compile(aDefinition({ s: { type: 'start' }, a: { type: 'add' } }, ['s -> a']), registry);
    const { outputs: _none, ...about } = succeeded('a');
    const waiting = {
      ...about,
      type: 'nodeWaiting',
      attempt: 3,
      outputs: {},
      wait: { id: 'a.0', kind: 'timer', until: START },
    } as const;
    const state = replay(plan, emptyState(), [started('s'), waiting]);
    expect(state.runs.a).toMatchObject({ status: 'waiting', attempt: 3 });
    const resumed = {
      type: 'nodeResumed',
      at: START,
      run: 'a',
      nodeId: 'a',
      waitId: 'a.0',
      reason: { kind: 'timer' },
    } as const;
    expect(transition(plan, state, resumed).commands).toMatchObject([
      { kind: 'startNode', run: 'a', attempt: 1 },
    ]);
  });

  it('commands what hangs on the trigger, and nothing of other triggers', () => {
    const definition = aDefinition(
      { one: { type: 'start' }, two: { type: 'start' }, a: { type: 'add' }, b: { type: 'add' } },
      ['one -> a', 'two -> b'],
    );
    const { commands } = transition(compile(definition, registry), emptyState(), started('one'));
    expect(commands).toMatchObject([{ kind: 'startNode', nodeId: 'a', run: 'a', attempt: 1 }]);
  });

  it('names runs by the way that led to them, whichever came first', () => {
    const definition = aDefinition(
      { s: { type: 'start' }, a: { type: 'add' }, b: { type: 'add' }, c: { type: 'add' } },
      ['s -> a', 's -> b', 'a -> c', 'b -> c'],
    );
    const plan = compile(definition, registry);
    const runsBy = (...order: string[]) => {
      const state = replay(plan, emptyState(), [started('s'), ...order.map((run) => succeeded(run))]);
      return Object.keys(state.live).sort();
    };
    expect(runsBy('a', 'b')).toEqual(runsBy('b', 'a'));
    expect(runsBy('a', 'b')).toHaveLength(2);
    expect(runsBy('a', 'b')[0]).toMatch(/^c~[0-9a-z]{14}$/);
  });

  it('gives runs names of constant length, however often a cycle goes round', async () => {
    const definition = aDefinition(
      { s: { type: 'start' }, a: { type: 'add' }, again: { type: 'below', parameters: { limit: 200 } } },
      ['s -> a', 'a -> again', 'again.true -> a'],
    );
    const world = makeWorld({ registry });
    await world.runToEnd(definition);
    const runs = world.events().flatMap((event) => (event.type === 'nodeSucceeded' ? [event.run] : []));
    expect(new Set(runs).size).toBe(400);
    expect(Math.max(...runs.map((run) => run.length))).toBe('again~'.length + 14);
  });

  it('is only acted upon after the last event: what is open is told by the state', () => {
    const definition = aDefinition({ s: { type: 'start' }, a: { type: 'add' }, b: { type: 'add' } }, [
      's -> a',
      's -> b',
    ]);
    const state = replay(compile(definition, registry), emptyState(), [started('s'), succeeded('a')]);
    expect(openCommands(state)).toMatchObject([{ kind: 'startNode', run: 'b' }]);
  });

  it('takes over a recorded run that this release would not have begun', () => {
    const definition = aDefinition({ s: { type: 'start' }, a: { type: 'add' } }, ['s -> a']);
    const plan = compile(definition, registry);
    const state = replay(plan, emptyState(), [started('s'), succeeded('a~of-an-older-release')]);
    expect(state.runs['a~of-an-older-release']?.status).toBe('succeeded');
  });

  it('may speak of nodes and ports with the names every object has', async () => {
    const definition = aDefinition(
      {
        s: { type: 'start' },
        constructor: { type: 'add' },
        toString: { type: 'add' },
        __proto: { type: 'add' },
      },
      ['s -> constructor', 'constructor -> toString', 'toString -> __proto'],
    );
    expect((await makeWorld({ registry }).runToEnd(definition)).output).toEqual([{ n: 3 }]);
  });
});
