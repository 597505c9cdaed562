import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JournalEvent } from '../../../engine/interpreter/event.ts';
import type { Answer } from '../../../shared/executions/answer.ts';
import { CALLERS, SHAPES } from './execution-shapes.ts';
import type { Fault } from './faulty-store.ts';
import { aFaultyWorld, type FaultyWorld, type Life } from './faulty-world.ts';

// The store pauses before it asks again, and this file lets it ask thousands of times.
vi.mock('node:timers/promises', () => ({ setTimeout: () => new Promise(setImmediate) }));

const worlds: Record<string, FaultyWorld> = {};
beforeAll(async () => {
  worlds['on AWS'] = await aFaultyWorld();
  worlds['on one machine'] = await aFaultyWorld({ isOneMachine: true });
});
afterAll(() => Promise.all(Object.values(worlds).map((world) => world.stop())));

/** What can happen to a call. A broken connection says nothing about whether the call was carried out. */
const FAULTS: Readonly<Record<string, Omit<Fault, 'call'>>> = {
  throttled: { when: 'before', name: 'ProvisionedThroughputExceededException', lasts: false },
  'in conflict with a transaction': { when: 'before', name: 'TransactionConflictException', lasts: false },
  'lost on the way': { when: 'before', name: 'NetworkingError', lasts: false },
  'carried out, and its answer lost': { when: 'after', name: 'NetworkingError', lasts: false },
  'the last before an outage': { when: 'after', name: 'NetworkingError', lasts: true },
  'the first of an outage': { when: 'before', name: 'NetworkingError', lasts: true },
};

/** What must be the same whatever happened on the way. */
const resultOf = async (world: FaultyWorld, life: Life) => {
  const loaded = await world.stores.executions.load(life.id);
  if (!loaded) throw new Error(`Execution ${life.id} is lost.`);
  const { record, events, isOpen } = loaded;
  const of = (type: JournalEvent['type']) =>
    events.flatMap((event) => (event.type === type && 'nodeId' in event ? [event.nodeId] : [])).sort();
  const end = events.filter((event) => event.type === 'executionFinished');
  return {
    status: record.status,
    error: record.errorCode,
    isOpen,
    ends: end.map(({ status, output }) => ({ status, output })),
    responded: events.filter((event) => event.type === 'responded').map(({ response }) => response),
    succeeded: of('nodeSucceeded'),
    failed: of('nodeFailed'),
    children: await Promise.all(
      events.flatMap((event) => (event.type === 'childStarted' ? [endOf(world, event.executionId)] : [])),
    ),
    effects: [...new Set(life.effects)].map((key) => key.slice(life.id.length)).sort(),
  };
};

const endOf = async (world: FaultyWorld, id: string) => {
  const loaded = await world.stores.executions.load(id);
  const ends = loaded?.events.filter((event) => event.type === 'executionFinished') ?? [];
  return { status: loaded?.record.status, isOpen: loaded?.isOpen, ends: ends.map(({ status }) => status) };
};

const withoutIds = (answer: Answer): string => JSON.stringify(answer).replaceAll(/exec_\w+/g, '');

/** To the store what reads or fails is as what computes. */
const { 'calls what reads, and answers': _reads, 'calls what fails': _fails, ...callers } = CALLERS;

describe.each([
  ['begin', 'on AWS'],
  ['acceptFirst', 'on AWS'],
  ['begin', 'on one machine'],
] as const)('an execution started by %s %s', (how, where) => {
  describe.each(Object.entries(how === 'begin' ? { ...SHAPES, ...callers } : SHAPES))(
    'that %s',
    (_shape, definition) => {
      it.each(Object.keys(FAULTS))(
        'is neither lost nor doubled, whichever call is %s',
        async (name) => {
          const world = worlds[where] as FaultyWorld;
          const another = await world.publish(definition);
          await world[how](another());
          const calm = await world[how](another());
          const right = await resultOf(world, calm);

          for (let call = 1; call <= calm.calls.length; call += 1) {
            const fault = { call, when: 'before', name: '', lasts: false, ...FAULTS[name] } as const;
            const life = await world[how](another(), fault);

            expect(await resultOf(world, life), `call ${call}: ${calm.calls[call - 1]}`).toEqual(right);
            if (life.answer && calm.answer) expect(withoutIds(life.answer)).toBe(withoutIds(calm.answer));
          }
          expect(await world.openIds()).toEqual([]);
        },
        60_000,
      );
    },
  );
});
