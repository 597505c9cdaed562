import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpPort, JournalPort } from '../../../engine/ports.ts';
import { fireEvent } from '../../../functions/schedule-firing/fire-event.ts';
import { sweepAll } from '../../../functions/sweeper/sweep-all.ts';
import { sealCredential } from '../../../shared/credentials/credential-data.ts';
import type { KeyService } from '../../../shared/credentials/key-service.ts';
import { makeVault } from '../../../shared/credentials/vault.ts';
import { AppError } from '../../../shared/errors.ts';
import { accept } from '../../../shared/executions/accept.ts';
import { newId } from '../../../shared/ids.ts';
import type { Platform } from '../../../shared/platform.ts';
import { awsError } from '../../adapters/aws/aws-error.ts';
import { chain, manual, set } from '../../functions/definitions.ts';
import { testPlatform } from '../../http/test-platform.ts';
import { aCloud } from './cloud.ts';
import { countingHttp } from './counting-http.ts';
import { accepted, calling, startOf, waiting, waitOf } from './executions.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await testPlatform();
});

const recordOf = (id: string) => platform.stores.executions.get(id);
const endsOf = async (id: string) =>
  ((await platform.stores.executions.load(id))?.events ?? []).filter(
    ({ type }) => type === 'executionFinished',
  );
const twoCalls = () => chain(manual, set({ a: '1' }), calling('first'), calling('second'));
const notHeld = { isHeld: async () => false };

describe('an interpreter that is invoked more than once for one execution', () => {
  it('acts once, however many come at the same time', async () => {
    const http = countingHttp();
    const cloud = aCloud({ platform, http: http.port });
    const id = await accepted(platform, twoCalls());

    for (let each = 0; each < 8; each += 1) cloud.start({ executionId: id });
    await cloud.settled();

    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(await endsOf(id)).toHaveLength(1);
    expect(http.urls()).toEqual(['https://example.com/first', 'https://example.com/second']);
  });

  it('finds nothing to do when it comes again, then and much later', async () => {
    const http = countingHttp();
    const cloud = aCloud({ platform, http: http.port });
    const id = await accepted(platform, twoCalls());
    cloud.start({ executionId: id });
    await cloud.settled();

    cloud.start({ executionId: id });
    cloud.time.now += 24 * 3_600_000;
    cloud.start({ executionId: id });
    await cloud.settled();

    expect(http.urls()).toHaveLength(2);
    expect(await endsOf(id)).toHaveLength(1);
  });

  it('that takes an invocation twice which continues an answered execution acts once', async () => {
    const http = countingHttp();
    const cloud = aCloud({
      platform,
      http: http.port,
      // What an asynchronous Express run may do: everything twice.
      between: async (invocation, interpret) => {
        const [step] = await Promise.all([interpret(invocation), interpret(invocation).catch(() => null)]);
        return step;
      },
    });
    const respond = { id: 'say', name: 'Say', type: 'flow.respond', parameters: {} };
    const id = await accepted(platform, chain(manual, respond, calling('first')));

    cloud.start({ executionId: id, answerBy: cloud.time.now + 25_000 });
    await cloud.settled();
    cloud.time.now += 20 * 60_000;
    await sweepAll({ ...platform, clock: afterLeases(), orchestrator: pokes(cloud) }, notHeld, 'group/table');
    await cloud.settled();

    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(new Set(http.keys()).size).toBe(1);
    expect(await endsOf(id)).toHaveLength(1);
  });
});

const afterLeases = () => ({ ...platform.clock, now: () => platform.clock.now() + 20 * 60_000 });
const pokes = (cloud: ReturnType<typeof aCloud>): Platform['orchestrator'] => ({
  ...platform.orchestrator,
  poke: async (executionId) => void cloud.start({ executionId }),
});

/** The first invocation dies at its append number `at`, before or after it is on disk; the others live. */
const dying = (at: number, moment: 'before' | 'after') => {
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => undefined);
  let appends = 0;
  let isFirst = true;
  const die = (): Promise<never> => {
    death.reject(awsError('Lambda.Unknown', 500));
    return new Promise(() => undefined);
  };
  const { executions } = platform.stores;
  const journal: typeof executions.journal = (...given) => {
    const real = executions.journal(...given);
    if (!isFirst) return real;
    isFirst = false;
    const append: JournalPort['append'] = async (...segment) => {
      appends += 1;
      if (appends > at) return die();
      if (appends === at && moment === 'before') return die();
      const accepted = await real.append(...segment);
      return appends === at ? die() : accepted;
    };
    return new Proxy(real, {
      get: (target, name) => (name === 'append' ? append : Reflect.get(target, name)),
    });
  };
  return {
    platform: {
      ...platform,
      stores: { ...platform.stores, ...lazily(platform), executions: { ...executions, journal } },
    },
    death: death.promise,
  };
};

/** Stores are getters, which a spread would read all at once. */
const lazily = ({ stores }: Platform) => ({
  workflowVersions: stores.workflowVersions,
  workflows: stores.workflows,
});

describe('a function that is killed in the middle of a slice', () => {
  it.each([1, 2, 3, 4].flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const]))(
    'at append %i, %s it is on disk, is followed by another, and no finished call is made again',
    async (at, moment) => {
      const http = countingHttp();
      const id = await accepted(platform, twoCalls());
      const { platform: mortal, death } = dying(at, moment);
      let invocations = 0;
      const cloud = aCloud({
        platform: mortal,
        http: http.port,
        between: (invocation, interpret) => {
          invocations += 1;
          return invocations === 1 ? Promise.race([interpret(invocation), death]) : interpret(invocation);
        },
      });

      cloud.start({ executionId: id });
      await cloud.settled();

      expect(await recordOf(id)).toMatchObject({ status: 'completed' });
      expect(await endsOf(id)).toHaveLength(1);
      const [first, second] = ['first', 'second'].map((name) => http.keysOf(`https://example.com/${name}`));
      // The call that was under way may be made again, by the same key. Both never are.
      expect(new Set(first).size).toBe(1);
      expect(new Set(second).size).toBe(1);
      expect((first?.length ?? 0) + (second?.length ?? 0)).toBeLessThanOrEqual(3);
    },
  );

  it('for good is found by the sweep when its lease has run out', async () => {
    const http = countingHttp();
    const id = await accepted(platform, twoCalls());
    const { platform: mortal, death } = dying(1, 'after');
    let isBroken = true;
    const cloud = aCloud({
      platform: mortal,
      http: http.port,
      between: (invocation, interpret) => {
        if (!isBroken) return interpret(invocation);
        return Promise.race([interpret(invocation), death]).then(() =>
          Promise.reject(awsError('Lambda.Unknown')),
        );
      },
    });
    cloud.start({ executionId: id });
    await cloud.settled();
    expect(await recordOf(id)).toMatchObject({ finishedAt: null });
    expect(cloud.ofMachine('standard')[0]?.states.at(-1)).toBe('Unreachable');

    isBroken = false;
    cloud.time.now += 20 * 60_000;
    const swept = await sweepAll(
      { ...platform, clock: afterLeases(), orchestrator: pokes(cloud) },
      notHeld,
      'group/table',
    );
    await cloud.settled();

    expect(swept).toMatchObject({ woken: 1 });
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a store that is throttled', () => {
  it('delays an execution and loses nothing', async () => {
    const http = countingHttp();
    const id = await accepted(platform, twoCalls());
    let requests = 0;
    let slices = 0;
    const { executions } = platform.stores;
    // The first slices reach nothing at all, later ones every other time.
    const reach = async <T>(call: () => Promise<T>): Promise<T> => {
      requests += 1;
      if (slices <= 2 || requests % 2 === 0) throw awsError('ProvisionedThroughputExceededException');
      return call();
    };
    const throttled: Platform = {
      ...platform,
      stores: {
        ...platform.stores,
        ...lazily(platform),
        executions: { ...executions, load: (executionId) => reach(() => executions.load(executionId)) },
      },
    };
    const cloud = aCloud({
      platform: throttled,
      http: http.port,
      between: (invocation, interpret) => {
        slices += 1;
        return interpret(invocation);
      },
    });

    cloud.start({ executionId: id });
    await cloud.settled();

    expect(slices).toBeGreaterThan(2);
    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(http.urls()).toHaveLength(2);
  });
});

describe('a store that goes away in the middle of a slice', () => {
  it('holds an execution up for seconds and not for a lease, and doubles nothing', async () => {
    const http = countingHttp();
    const id = await accepted(platform, twoCalls());
    const { executions } = platform.stores;
    let appends = 0;
    const journal: typeof executions.journal = (...given) => {
      const real = executions.journal(...given);
      const append: JournalPort['append'] = async (...segment) => {
        appends += 1;
        if (appends === 3) throw new AppError('storage.unavailable', 'Not now.');
        return real.append(...segment);
      };
      return new Proxy(real, {
        get: (target, name) => (name === 'append' ? append : Reflect.get(target, name)),
      });
    };
    const cloud = aCloud({
      platform: {
        ...platform,
        stores: { ...platform.stores, ...lazily(platform), executions: { ...executions, journal } },
      },
      http: http.port,
    });
    const began = cloud.time.now;

    cloud.start({ executionId: id });
    await cloud.settled();

    expect(await recordOf(id)).toMatchObject({ status: 'completed' });
    expect(cloud.time.now - began).toBe(5_000);
    expect(cloud.ofMachine('standard').map(({ states }) => states.at(-1))).toEqual(['Done']);
    expect(new Set(http.keysOf('https://example.com/first')).size).toBe(1);
    expect(await endsOf(id)).toHaveLength(1);
  });
});

describe('KMS that is away', () => {
  /** An execution of two calls with a credential, which takes a retry after a minute, and a KMS that can be switched off. */
  const withCredential = async () => {
    const kms = { isAway: false, asked: 0 };
    const now = { value: 0 };
    const keys: KeyService = {
      generateDataKey: async () => ({ plaintext: Buffer.alloc(32, 7), encrypted: Buffer.from('wrapped') }),
      decrypt: async () => {
        kms.asked += 1;
        if (kms.isAway) throw new AppError('service.unavailable', 'KMS did not answer.');
        return Buffer.alloc(32, 7);
      },
    };
    const vault = makeVault({ keys, now: () => now.value, log: () => undefined });
    const credentialId = newId('cred');
    const retry = { maxAttempts: 3, initialDelaySeconds: 60, jitter: false };
    const call = (id: string) => ({ ...calling(id), credentialId, retry });
    const start = await startOf(platform, chain(manual, call('first'), call('second')));
    const owned = { id: credentialId, createdBy: start.workflow.createdBy };
    await platform.stores.credentials.create(
      {
        name: 'Outside',
        type: 'bearer',
        allowedHosts: ['example.com'],
        createdBy: owned.createdBy,
        data: await sealCredential(vault, owned, { token: 'a secret' }),
      },
      credentialId,
    );
    const id = (await accept(platform, start)).record.id;
    return { id, kms, now, platform: { ...platform, vault } };
  };

  it('within the time that a data key is kept, changes nothing', async () => {
    const world = await withCredential();
    const http = countingHttp();
    const cloud = aCloud({ platform: world.platform, http: answered(http, () => awayWith(world.kms)) });

    cloud.start({ executionId: world.id });
    await cloud.settled();

    expect(await recordOf(world.id)).toMatchObject({ status: 'completed' });
    expect(http.urls()).toEqual(['https://example.com/first', 'https://example.com/second']);
    expect(world.kms).toEqual({ isAway: true, asked: 1 });
    expect(cloud.runs).toHaveLength(1);
  });

  it('for longer lets a node be tried again by its policy, and doubles nothing', async () => {
    const world = await withCredential();
    const http = countingHttp();
    const awayLater = () => {
      awayWith(world.kms);
      world.now.value += 6 * 60_000;
    };
    const cloud = aCloud({
      platform: world.platform,
      http: answered(http, awayLater),
      between: (invocation, interpret) => {
        // It is back when the wait for the second attempt is over.
        if (invocation.machine === 'standard') world.kms.isAway = false;
        return interpret(invocation);
      },
    });

    cloud.start({ executionId: world.id });
    await cloud.settled();

    expect(await recordOf(world.id)).toMatchObject({ status: 'completed' });
    expect(http.urls()).toEqual(['https://example.com/first', 'https://example.com/second']);
    expect(cloud.ofMachine('standard')).toHaveLength(1);
  });
});

const awayWith = (kms: { isAway: boolean }): void => {
  kms.isAway = true;
};

/** Does something when a call was answered. */
const answered = ({ port }: ReturnType<typeof countingHttp>, act: () => void): HttpPort => ({
  ...port,
  request: async (request) => {
    const answer = await port.request(request);
    act();
    return answer;
  },
  stream: async (request) => {
    const answer = await port.stream(request);
    act();
    return answer;
  },
});

describe('an answer to a wait', () => {
  it('that comes twice, at once and after the end, is taken once', async () => {
    const http = countingHttp();
    const cloud = aCloud({ platform, http: http.port, waitMilliseconds: 1_000 });
    const id = await accepted(
      platform,
      chain(manual, waiting('ask', { kind: 'callback' }), calling('first')),
    );
    await cloud.start({ executionId: id }).result;
    const answer = { kind: 'callback', waitId: await waitOf(platform, id), at: cloud.time.now } as const;
    const { putInbox } = platform.stores.executions;

    await putInbox(id, { ...answer, data: { n: 1 } });
    await expect(putInbox(id, { ...answer, data: { n: 2 } })).rejects.toMatchObject({
      code: 'resource.conflict',
    });
    await Promise.all([cloud.start({ executionId: id }).result, cloud.start({ executionId: id }).result]);
    await expect(putInbox(id, { ...answer, data: { n: 3 } })).rejects.toMatchObject({
      code: 'resource.conflict',
    });
    cloud.start({ executionId: id });
    await cloud.settled();

    expect(http.urls()).toEqual(['https://example.com/first']);
    const resumed = (await platform.stores.executions.load(id))?.events.filter(
      ({ type }) => type === 'nodeResumed',
    );
    expect(resumed).toMatchObject([{ reason: { kind: 'answer', data: { n: 1 } } }]);
  });
});

describe('a schedule that fires', () => {
  const aSchedule = async () => {
    const { workflow, version } = await startOf(platform, chain(manual));
    return platform.stores.workflows.addSchedule(workflow.id, async () => ({
      workflowId: workflow.id,
      createdBy: workflow.createdBy,
      nodeId: 'start',
      cronExpression: '0 9 * * *',
      timezone: 'UTC',
      version: version.version,
      workflowVersionId: version.id,
    }));
  };

  it('twice for one planned time, or a day late once more, starts one execution', async () => {
    const schedule = await aSchedule();
    const poked: string[] = [];
    const orchestrator = { ...platform.orchestrator, poke: async (id: string) => void poked.push(id) };
    const fire = fireEvent({ ...platform, orchestrator });
    const event = {
      scheduleId: schedule.id,
      generation: schedule.generation,
      plannedTime: '2026-03-01T09:00:00Z',
    };

    const outcomes = await Promise.all([fire(event), fire(event)]);
    const dayLate = { ...platform.clock, now: () => platform.clock.now() + 24 * 3_600_000 };
    const late = await fireEvent({ ...platform, orchestrator, clock: dayLate })(event);

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['repeated', 'started']);
    expect(late.kind).toBe('repeated');
    expect(new Set(poked).size).toBe(1);
  });

  it('for the first time a day late starts one execution, which is told the time that was planned', async () => {
    const schedule = await aSchedule();
    const poked: string[] = [];
    const late: Platform = {
      ...platform,
      orchestrator: { ...platform.orchestrator, poke: async (id: string) => void poked.push(id) },
      clock: { ...platform.clock, now: () => Date.parse('2026-03-02T09:00:00Z') },
    };
    const event = {
      scheduleId: schedule.id,
      generation: schedule.generation,
      plannedTime: '2026-03-01T09:00:00Z',
    };

    const outcomes = [await fireEvent(late)(event), await fireEvent(late)(event)];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['started', 'repeated']);
    expect(new Set(poked).size).toBe(1);
    const loaded = await platform.stores.executions.load(poked[0] ?? '');
    expect(loaded?.record.items?.[0]?.json).toMatchObject({ plannedTime: '2026-03-01T09:00:00.000Z' });
  });

  it('for what it was before it was changed starts nothing', async () => {
    const schedule = await aSchedule();
    const event = {
      scheduleId: schedule.id,
      generation: schedule.generation - 1,
      plannedTime: '2026-03-01T09:00:00Z',
    };

    expect(await fireEvent(platform)(event)).toEqual({ kind: 'dropped' });
  });

  it('with words that are no firing is an error, and goes to the dead letters', async () => {
    await expect(
      fireEvent(platform)({ scheduleId: 'sch_1', generation: 1, plannedTime: '<aws>' }),
    ).rejects.toThrow('must be a time');
  });
});
