import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import type { HttpPort } from '../../../engine/ports.ts';
import { answerOf } from '../../../shared/executions/answer.ts';
import { newId } from '../../../shared/ids.ts';
import type { Platform } from '../../../shared/platform.ts';
import { chain, manual, set } from '../../functions/definitions.ts';
import { testPlatform } from '../../http/test-platform.ts';
import { aCloud, type Cloud } from './cloud.ts';
import { countingHttp } from './counting-http.ts';
import { accepted, anHour, calling, callingA, startOf, waiting, waitOf } from './executions.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await testPlatform();
});

const recordOf = (id: string) => platform.stores.executions.get(id);
const eventsOf = async (id: string) => (await platform.stores.executions.load(id))?.events ?? [];
const statesOf = (cloud: Cloud) => cloud.runs.map(({ machine, states }) => [machine, ...states]);

describe('the state machines', () => {
  it('bring a short execution to its end by one Express run', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port });
    const id = await accepted(platform, chain(manual, set({ a: '1' }), calling('call')));

    cloud.start({ executionId: id });
    await cloud.settled();

    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(statesOf(cloud)).toEqual([['express', 'Begin', 'Interpret', 'Outcome', 'Done']]);
  });

  it('wait for a time in a Standard run that is named after the park, and go on in it', async () => {
    const http = countingHttp();
    const cloud = aCloud({ platform, http: http.port });
    const id = await accepted(platform, chain(manual, anHour('one'), anHour('two'), calling('call')));
    const began = cloud.time.now;

    cloud.start({ executionId: id });
    await cloud.settled();

    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(cloud.time.now - began).toBe(2 * 3_600_000);
    expect(statesOf(cloud)).toEqual([
      ['express', 'Begin', 'Interpret', 'Outcome', 'HandOver', 'Done'],
      ['standard', 'Begin', 'Wait', 'Interpret', 'Outcome', 'Wait', 'Interpret', 'Outcome', 'Done'],
    ]);
    expect(cloud.ofMachine('standard')[0]?.name).toMatch(new RegExp(`^${id}-\\d+$`));
    expect(http.calls()).toBe(1);
  });

  it('carry ids, times and places, and nothing of what the execution is about', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port });
    const id = await accepted(platform, chain(manual, set({ secret: 'planted' }), anHour('one')));

    cloud.start({ executionId: id });
    await cloud.settled();

    expect(JSON.stringify(cloud.runs.map(({ input }) => input))).not.toContain('planted');
    expect(Object.keys(cloud.ofMachine('standard')[0]?.input ?? {}).sort()).toEqual([
      'executionId',
      'machines',
      'next',
      'park',
      'turns',
      'wakeAt',
      'writer',
    ]);
  });

  it('are told by whoever answers a wait, and the timer of its longest life finds nothing to do', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port, waitMilliseconds: 500 });
    const id = await accepted(platform, chain(manual, waiting('ask', { kind: 'callback' })));
    const began = cloud.time.now;
    await cloud.start({ executionId: id }).result;

    const answer = {
      kind: 'callback',
      waitId: await waitOf(platform, id),
      at: cloud.time.now,
      data: { ok: true },
    } as const;
    await platform.stores.executions.putInbox(id, answer);
    await cloud.start({ executionId: id }).result;
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(cloud.time.now).toBe(began);
    await cloud.settled();

    expect(cloud.ofMachine('standard').map(({ states }) => states)).toEqual([
      ['Begin', 'Wait', 'Interpret', 'Outcome', 'Done'],
    ]);
  });

  it('answer a caller and go on without one', async () => {
    const http = countingHttp();
    const cloud = aCloud({ platform, http: http.port });
    const respond = { id: 'say', name: 'Say', type: 'flow.respond', parameters: {} };
    const id = await accepted(platform, chain(manual, respond, calling('call')));

    const run = cloud.start({ executionId: id, answerBy: cloud.time.now + 25_000 });
    await run.result;
    const loaded = await platform.stores.executions.load(id);
    expect(answerOf(loaded?.events ?? [])).toMatchObject({ kind: 'responded' });
    await cloud.settled();

    expect(cloud.ofMachine('express').map(({ input }) => Object.keys(input))).toEqual([
      ['executionId', 'answerBy'],
      ['executionId', 'writer'],
    ]);
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(http.calls()).toBe(1);
  });

  it('take one that nobody has accepted, and accept it with its end', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port });
    const { workflow, version, items, triggerNodeId } = await startOf(
      platform,
      chain(manual, set({ a: '1' })),
    );
    const execution = {
      id: newId('exec'),
      workflowId: workflow.id,
      workflowVersionId: version.id,
      version: version.version,
      ownerId: workflow.createdBy,
      triggerType: 'manual',
      triggerNodeId,
      items,
    };

    cloud.start({ executionId: execution.id, answerBy: cloud.time.now + 25_000, execution });
    cloud.start({ executionId: execution.id, answerBy: cloud.time.now + 25_000, execution });
    await cloud.settled();

    expect(await recordOf(execution.id)).toMatchObject({ status: 'completed' });
    expect((await eventsOf(execution.id)).filter(({ type }) => type === 'executionFinished')).toHaveLength(1);
  });

  it('wake many by one Standard run, each in a machine of its own', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port });
    const ids = await Promise.all(
      Array.from({ length: 60 }, () => accepted(platform, chain(manual, set({ a: '1' })))),
    );
    const sleeper = await accepted(platform, chain(manual, anHour('one')));

    cloud.start({ wake: [...ids, sleeper] });
    await cloud.settled();

    const statuses = await Promise.all([...ids, sleeper].map(async (id) => (await recordOf(id))?.status));
    expect(new Set(statuses)).toEqual(new Set(['completed']));
    expect(cloud.runs.map(({ machine }) => machine)).toEqual(['express', 'standard', 'standard']);
    expect(cloud.runs[2]?.name).toMatch(new RegExp(`^${sleeper}-`));
  });

  it.each([
    ['few, by a run of their own each', 3, 0],
    ['many, all that come meanwhile by one Distributed Map', 42, 41],
  ])('wake the batches of a map: %s', async (_how, batches, together) => {
    // The timer of the parent's longest life must not come up; a call to Step Functions takes longer than all puts here.
    const cloud = aCloud({
      platform,
      http: countingHttp().port,
      waitMilliseconds: 60_000,
      wakeMilliseconds: 1_000,
    });
    const id = await accepted(platform, mapOver(batches));

    cloud.start({ executionId: id });
    await vi.waitFor(async () => expect((await recordOf(id))?.finishedAt).not.toBeNull(), 15_000);
    cloud.stop();
    await cloud.settled();

    expect(answerOf(await eventsOf(id))).toMatchObject({
      kind: 'completed',
      output: Array.from({ length: batches }, (_, at) => ({ json: { n: (at + 1) * 2 } })),
    });
    const lists = cloud
      .ofMachine('standard')
      .flatMap(({ input }) => (Array.isArray(input.wake) ? [input.wake] : []));
    expect(lists.map(({ length }) => length)).toEqual(together === 0 ? [] : [together]);
    expect(cloud.ofMachine('express').filter(({ input }) => input.executionId !== id)).toHaveLength(
      together === 0 ? batches : batches - together + 1,
    );
  });
});

/** A map with a batch for each number, which doubles it. */
const mapOver = (batches: number): DefinitionInput => ({
  nodes: [
    manual,
    {
      id: 'numbers',
      name: 'Numbers',
      type: 'data.transform',
      parameters: { result: `{{ [1..${batches}].({ "n": $ }) }}` },
    },
    { id: 'map', name: 'Map', type: 'flow.map', parameters: { concurrency: 100 } },
    {
      id: 'double',
      name: 'Double',
      type: 'data.set',
      parameters: { fields: [{ name: 'n', type: 'number', value: '{{ $json.n * 2 }}' }] },
    },
  ],
  edges: [
    { source: 'start', target: 'numbers' },
    { source: 'numbers', target: 'map' },
    { source: 'map', sourcePort: 'item', target: 'double' },
    { source: 'double', target: 'map', targetPort: 'collect' },
  ],
});

const slowAtFirst = (http: HttpPort, pass: () => void): HttpPort => {
  const once = { isFirst: true };
  const first = <T>(answer: T): T => {
    if (once.isFirst) pass();
    once.isFirst = false;
    return answer;
  };
  return {
    request: async (request) => first(await http.request(request)),
    stream: async (request) => first(await http.stream(request)),
  };
};

describe('a sub-workflow', () => {
  const trigger = { id: 'called', name: 'Called', type: 'trigger.workflow' };
  const childOf = async (id: string): Promise<string> => {
    const [start] = (await eventsOf(id)).flatMap((event) => (event.type === 'childStarted' ? [event] : []));
    return start?.executionId ?? '';
  };

  it('that is short starts no machine and wakes nobody', async () => {
    const http = countingHttp();
    const cloud = aCloud({ platform, http: http.port });
    const { definition, ownerId } = await callingA(platform, chain(trigger, calling('act')), calling('end'));
    const id = await accepted(platform, definition, ownerId);

    cloud.start({ executionId: id });
    await cloud.settled();

    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(await recordOf(await childOf(id))).toMatchObject({ status: 'completed', parentExecutionId: id });
    expect(statesOf(cloud)).toEqual([['express', 'Begin', 'Interpret', 'Outcome', 'Done']]);
    expect(http.urls()).toEqual(['https://example.com/act', 'https://example.com/end']);
  });

  /** Until an execution has ended, where timers of longest lives must not come up. */
  const ended = async (cloud: Cloud, id: string): Promise<void> => {
    await vi.waitFor(async () => expect((await recordOf(id))?.finishedAt).not.toBeNull(), 15_000);
    cloud.stop();
    await cloud.settled();
  };

  it('that waits goes on in machines of its own', async () => {
    const http = countingHttp();
    const cloud = aCloud({ platform, http: http.port, waitMilliseconds: 60_000 });
    const waits = chain(trigger, calling('act'), anHour('one'), calling('late'));
    const { definition, ownerId } = await callingA(platform, waits, calling('end'));
    const id = await accepted(platform, definition, ownerId);

    await cloud.start({ executionId: id }).result;
    const child = await childOf(id);
    const sleepers = () => cloud.ofMachine('standard').map(({ name }) => name.replace(/-.*/, ''));
    await vi.waitFor(() => expect(sleepers().sort()).toEqual([id, child].sort()), 15_000);
    cloud.stop();
    await cloud.settled();

    expect(cloud.ofMachine('express').map(({ input }) => input.executionId)).toEqual([id, child]);
    expect(http.urls()).toEqual(['https://example.com/act']);
  });

  it('that takes longer than the slice is given its lease, so that its machine need not wait for that to run out', async () => {
    const http = countingHttp();
    const cloud = aCloud({
      platform,
      waitMilliseconds: 60_000,
      // The first call takes until the child's time is up.
      http: slowAtFirst(http.port, () => {
        cloud.time.now += 11_000;
      }),
    });
    const { definition, ownerId } = await callingA(platform, chain(trigger, calling('act'), calling('late')));
    const id = await accepted(platform, definition, ownerId);

    cloud.start({ executionId: id });
    await ended(cloud, id);

    const child = await childOf(id);
    const [woken] = cloud.ofMachine('express').filter(({ input }) => input.executionId === child);
    expect(woken?.input.writer).toMatch(new RegExp(`^${child}@`));
    expect(await recordOf(child)).toMatchObject({ status: 'completed' });
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(http.urls().map((url) => url.slice(20))).toEqual(['act', 'late']);
  });

  it('has a machine of its own when the step that ran it has failed', async () => {
    const http = countingHttp();
    let failures = 1;
    const cloud = aCloud({
      platform,
      http: http.port,
      waitMilliseconds: 60_000,
      between: async (invocation, interpret) => {
        if (failures-- > 0) throw Object.assign(new Error('Out of memory.'), { name: 'Lambda.Unknown' });
        return interpret(invocation);
      },
    });
    const { definition, ownerId } = await callingA(platform, chain(trigger, calling('act')));
    const id = await accepted(platform, definition, ownerId);

    cloud.start({ executionId: id });
    await ended(cloud, id);

    const child = await childOf(id);
    expect(cloud.runs.map(({ input }) => input.executionId)).toContain(child);
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(http.calls()).toBe(1);
  });
});

describe('a Standard run', () => {
  it('that was started twice for one park is one', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port, waitMilliseconds: 1_000 });
    const id = await accepted(platform, chain(manual, anHour('one'), calling('call')));

    cloud.start({ executionId: id });
    await cloud.runs[0]?.result;
    await cloud.start({ executionId: id }).result;
    await cloud.settled();

    expect(cloud.ofMachine('standard')).toHaveLength(1);
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
  });

  it('that comes to an execution which has ended finds nothing to do', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port });
    const id = await accepted(platform, chain(manual));
    cloud.start({ executionId: id });
    await cloud.settled();

    cloud.startStandard({
      executionId: id,
      next: 'parked',
      wakeAt: new Date(cloud.time.now).toISOString(),
      park: 1,
      turns: 0,
      writer: '',
      machines: cloud.machines,
    });
    await cloud.settled();

    expect(cloud.ofMachine('standard')[0]?.states).toEqual(['Begin', 'Wait', 'Interpret', 'Outcome', 'Done']);
  });

  it('goes on as a new one long before its history is full', async () => {
    const cloud = aCloud({ platform, http: countingHttp().port });
    const id = await accepted(platform, chain(manual, anHour('one'), anHour('two')));
    cloud.start({ executionId: id });
    await cloud.runs[0]?.result;
    const [first] = cloud.ofMachine('standard');

    const old = cloud.startStandard({ ...first?.input, turns: 499 }, 'one-of-many-turns');
    await cloud.settled();

    expect(old.states.length).toBeLessThan(20);
    expect(cloud.ofMachine('standard').some(({ name }) => name.endsWith('-500'))).toBe(true);
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
  });
});
