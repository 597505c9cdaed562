import { describe, expect, it, vi } from 'vitest';
import type { Mail } from '../../../engine/index.ts';
import { aDefinition, drive, items, makeWorld, respond, START } from '../engine-world.ts';
import { aNodeType, aRegistry } from './test-nodes.ts';

const send = (url: string) => ({ type: 'send', parameters: { url } });
const aWorld = () => makeWorld({ registry: aRegistry() });

describe('the journal', () => {
  it('takes a chain of pure nodes in one flush', async () => {
    const world = aWorld();
    const definition = aDefinition({ a: { type: 'start' }, b: { type: 'add' }, c: { type: 'add' } }, [
      'a -> b',
      'b -> c',
    ]);
    const result = await world.runToEnd(definition);
    expect(result.output).toEqual([{ n: 2 }]);
    expect(world.segments.map((segment) => segment.end.kind)).toEqual(['final']);
  });

  it('takes a result and the start of what depends on it in one flush', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' }, a: send('https://a'), b: send('https://b') }, [
      's -> a',
      'a -> b',
    ]);
    await world.runToEnd(definition);
    const kinds = world.segments.map((segment) => segment.events.map((event) => event.type));
    expect(kinds).toEqual([
      ['executionStarted', 'nodeStarted'],
      ['nodeSucceeded', 'nodeStarted'],
      ['nodeSucceeded', 'executionFinished'],
    ]);
  });

  it('takes the starts of parallel branches in one flush', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' }, a: send('https://a'), b: send('https://b') }, [
      's -> a',
      's -> b',
    ]);
    await world.runToEnd(definition);
    expect(world.segments[0]?.events.filter((event) => event.type === 'nodeStarted')).toHaveLength(2);
    expect(new Set(world.calls.map((call) => call.at)).size).toBe(1);
  });

  it('makes a read wait for a write it may depend on', async () => {
    const world = aWorld();
    const definition = aDefinition(
      { s: { type: 'start' }, a: send('https://a'), b: { type: 'get', parameters: { url: 'https://b' } } },
      ['s -> a', 'a -> b'],
    );
    await world.runToEnd(definition);
    expect(world.segments.map((segment) => segment.events.length)).toEqual([2, 1, 2]);
  });

  it('makes a read wait for no other read: it is stored with the end', async () => {
    const world = aWorld();
    const get = (url: string) => ({ type: 'get', parameters: { url } });
    const definition = aDefinition({ s: { type: 'start' }, a: get('https://a'), b: get('https://b') }, [
      's -> a',
      'a -> b',
    ]);
    await world.runToEnd(definition);
    expect(world.segments).toHaveLength(1);
  });

  it('written by a later release is left alone', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' } }, []);
    const events = [{ type: 'somethingNew', at: START }] as never;
    expect(await world.run(definition, { events })).toMatchObject({ kind: 'busy' });
  });

  it('that cannot be reached ends the slice with its error', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' }, a: send('https://a') }, ['s -> a']);
    const journal = {
      append: async () => Promise.reject(new Error('disk full')),
      readInbox: async () => [],
      expire: async () => true,
    };
    await expect(world.run(definition, { journal })).rejects.toThrow('disk full');
    expect(world.calls).toEqual([]);
  });

  it('that fails once ends the slice, though a node waits for it and will for long', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' }, a: send('https://a') }, ['s -> a']);
    const append = vi.fn(async () => true).mockRejectedValueOnce(new Error('no database'));
    const journal = { append, readInbox: async () => [], expire: async () => true };

    await expect(world.run(definition, { journal })).rejects.toThrow('no database');
    expect(world.clock.now()).toBe(START);
    expect(world.calls).toEqual([]);
  });

  it('of a slice that breaks while the host works tells what broke', async () => {
    let isSlow = true;
    const answer = () => {
      isSlow = false;
      return respond(500, {});
    };
    const world = makeWorld({ registry: aRegistry(), answer });
    const retried = { type: 'get', parameters: { url: 'https://a' }, retry: { maxAttempts: 2 } };
    const definition = aDefinition({ s: { type: 'start' }, a: retried }, ['s -> a']);
    const { ports } = world.slice(definition);
    let now = START;
    let sleeps = 0;
    const clock = {
      // Until the call each look takes so long that the host is given its turn, in which the call ends.
      now: () => (now += isSlow ? 10 : 0),
      sleep: async () => {
        sleeps += 1;
        // The second one is that of the slice itself.
        for (let turns = sleeps === 2 ? 50 : 1; turns > 0; turns -= 1) await new Promise(setImmediate);
      },
    };
    const number = () => {
      throw new Error('no random numbers');
    };
    const overrides = { ports: { ...ports, clock, random: { ...ports.random, number } } };
    await expect(world.run(definition, overrides)).rejects.toThrow('no random numbers');
  });
});

describe('a cancellation', () => {
  const cancel = { kind: 'cancel', waitId: 'x', at: START, by: 'usr_1' } as const;
  const definition = aDefinition({ s: { type: 'start' }, a: send('https://a'), b: send('https://b') }, [
    's -> a',
    'a -> b',
  ]);

  it('before the start keeps everything from running', async () => {
    const world = aWorld();
    world.inbox.push(cancel);
    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'cancelled' });
    expect(world.calls).toEqual([]);
    expect(world.events().map((event) => event.type)).toEqual([
      'executionStarted',
      'cancelRequested',
      'executionFinished',
    ]);
  });

  it('aborts what is under way', async () => {
    let wasAborted = false;
    const world = makeWorld({
      registry: aRegistry(),
      answer: (request, { inbox }) => {
        inbox.push(cancel);
        request.signal.addEventListener('abort', () => {
          wasAborted = true;
        });
        return new Promise(() => undefined);
      },
    });
    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'cancelled' });
    expect(world.clock.now() - START).toBeLessThanOrEqual(2_000);
    expect(wasAborted).toBe(true);
  });

  it('during the last node still counts', async () => {
    const world = makeWorld({
      registry: aRegistry(),
      answer: async (_request, { calls, inbox }) => {
        if (calls.length === 2) inbox.push(cancel);
        return { status: 200, headers: {}, body: new TextEncoder().encode('{}'), url: '' };
      },
    });
    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'cancelled' });
  });
});

describe('a host that hears of all that comes', () => {
  const cancel = { kind: 'cancel', waitId: 'x', at: START, by: 'usr_1' } as const;
  const definition = aDefinition({ s: { type: 'start' }, a: send('https://a') }, ['s -> a']);
  const aMailbox = () => {
    let hasCome = false;
    let ring = () => {};
    const deliver = () => {
      hasCome = true;
      ring();
    };
    const mail: Mail = {
      hasCome: () => hasCome,
      take: () => {
        hasCome = false;
      },
      onCome: (listener) => {
        ring = listener;
      },
    };
    return { mail, deliver };
  };

  it('spares the slice every look at the inbox', async () => {
    const world = aWorld();
    const readInbox = vi.fn(async () => []);
    const journal = { ...world.slice(definition).journal, readInbox };

    const outcome = await world.run(definition, { mail: aMailbox().mail, inbox: [], journal });

    expect(outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls).toHaveLength(1);
    expect(readInbox).not.toHaveBeenCalled();
  });

  it('has a cancellation abort at once what is under way', async () => {
    const { mail, deliver } = aMailbox();
    const world = makeWorld({
      registry: aRegistry(),
      answer: (_request, { inbox }) => {
        inbox.push(cancel);
        deliver();
        return new Promise(() => undefined);
      },
    });

    expect(await world.run(definition, { mail })).toEqual({ kind: 'done', status: 'cancelled' });
    expect(world.clock.now()).toBe(START);
  });

  it('has what comes while the last node works count', async () => {
    const { mail, deliver } = aMailbox();
    const world = makeWorld({
      registry: aRegistry(),
      answer: async (_request, { inbox }) => {
        inbox.push(cancel);
        deliver();
        return { status: 200, headers: {}, body: new TextEncoder().encode('{}'), url: '' };
      },
    });

    expect(await world.run(definition, { mail })).toEqual({ kind: 'done', status: 'cancelled' });
  });
});

describe('an answer', () => {
  const answer = { type: 'respond', parameters: { body: 'ok' } };

  it('is on disk before the slice says so, and the rest is for another one', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' }, answer, a: send('https://a') }, [
      's -> answer',
      'answer -> a',
    ]);
    expect(await world.run(definition, { waitingCaller: true })).toEqual({ kind: 'responded' });
    expect(world.events().at(-1)).toMatchObject({ type: 'responded', response: { body: { value: 'ok' } } });
    expect(world.calls).toEqual([]);
    expect((await world.runToEnd(definition)).outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(world.calls).toHaveLength(1);
  });

  it('shares its flush with a quick end', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' }, answer, b: { type: 'add' } }, [
      's -> answer',
      'answer -> b',
    ]);
    expect(await world.run(definition, { waitingCaller: true })).toEqual({
      kind: 'done',
      status: 'completed',
    });
    expect(world.segments).toHaveLength(1);
  });

  it('is given once: the first one', async () => {
    const world = aWorld();
    const second = { type: 'respond', parameters: { body: 'too late' } };
    const definition = aDefinition({ s: { type: 'start' }, answer, second }, [
      's -> answer',
      'answer -> second',
    ]);
    await world.runToEnd(definition);
    const answers = world.events().filter((event) => event.type === 'responded');
    expect(answers).toMatchObject([{ response: { body: { value: 'ok' } } }]);
  });
});

describe('a node', () => {
  it('may end the execution', async () => {
    const stop = aNodeType({
      type: 'stop',
      execute: () => ({ outputs: {}, stop: { error: { code: 'my.code', message: 'Enough.' } } }),
    });
    const world = makeWorld({ registry: aRegistry(stop) });
    const definition = aDefinition({ s: { type: 'start' }, stop: { type: 'stop' }, a: send('https://a') }, [
      's -> stop',
      's -> a',
    ]);
    const { outcome, error } = await world.runToEnd(definition);
    expect(outcome).toEqual({ kind: 'done', status: 'failed' });
    expect(error).toMatchObject({ code: 'my.code', nodeId: 'stop' });
  });

  it('that is disabled hands its items through', async () => {
    const world = aWorld();
    const definition = aDefinition(
      { s: { type: 'start' }, a: { type: 'add', disabled: true }, b: { type: 'add' } },
      ['s -> a', 'a -> b'],
    );
    expect((await world.runToEnd(definition)).output).toEqual([{ n: 1 }]);
  });

  it('gives its pinned items in a test only', async () => {
    const definition = aDefinition(
      { s: { type: 'start' }, a: { type: 'add', pinnedItems: [{ json: { n: 40 } }] }, b: { type: 'add' } },
      ['s -> a', 'a -> b'],
    );
    expect((await aWorld().runToEnd(definition, { mode: 'test' })).output).toEqual([{ n: 41 }]);
    expect((await aWorld().runToEnd(definition)).output).toEqual([{ n: 2 }]);
  });

  it('works on ten items at once when it acts outside, and answers in their order', async () => {
    const world = aWorld();
    const definition = aDefinition(
      { s: { type: 'start' }, split: { type: 'split', parameters: { count: 25 } }, a: send('https://a') },
      ['s -> split', 'split -> a'],
    );
    const { output } = await world.runToEnd(definition);
    expect(output.map((json) => json.i)).toEqual(Array.from({ length: 25 }, (_, index) => index));
    const waves = Map.groupBy(world.calls, (call) => call.at);
    expect([...waves.values()].map((wave) => wave.length)).toEqual([10, 10, 5]);
  });

  it('without items to work on is not run', async () => {
    const world = aWorld();
    const definition = aDefinition(
      {
        s: { type: 'start' },
        is: { type: 'below', parameters: { limit: 0 } },
        a: send('https://a'),
        b: { type: 'add' },
      },
      ['s -> is', 'is.true -> a', 'is.false -> b'],
    );
    expect((await world.runToEnd(definition)).output).toEqual([{ n: 1 }]);
    expect(world.calls).toEqual([]);
  });

  it('that runs too often fails the execution', async () => {
    const world = aWorld();
    const definition = aDefinition({ s: { type: 'start' }, a: { type: 'add' } }, ['s -> a', 'a -> a'], {
      maxNodeRuns: 50,
    });
    expect((await world.runToEnd(definition)).error).toMatchObject({
      code: 'execution.tooManyRuns',
      nodeId: 'a',
    });
  });
});

it('lets its host work while it computes', async () => {
  let turns = 0;
  const busy = aNodeType({
    type: 'busy',
    mode: 'perItem',
    execute: (call) => ({ outputs: { main: call.items } }),
  });
  const world = makeWorld({ registry: aRegistry(busy) });
  const definition = aDefinition({ s: { type: 'start' }, a: { type: 'busy' } }, ['s -> a']);
  const slice = world.slice(definition, {
    trigger: { nodeId: 's', items: items(...Array.from({ length: 500 }, (_, n) => ({ n }))) },
  });
  let now = START;
  const clock = {
    now: () => (now += 1),
    sleep: async (ms: number) => {
      turns += ms === 0 ? 1 : 0;
    },
  };
  const { runSlice } = await import('../../../engine/interpreter/run.ts');
  await drive(world.clock, runSlice({ ...slice, ports: { ...slice.ports, clock } }));
  expect(turns).toBeGreaterThan(2);
});
