import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SliceOutcome } from '../../engine/index.ts';
import { makeOrchestrator } from '../../infra/local/orchestrator.ts';
import { makeRecovery } from '../../infra/local/recovery.ts';
import { WorkerLost } from '../../infra/local/worker-pool.ts';
import type { Answer } from '../../shared/executions/answer.ts';
import type { Begun } from '../../shared/executions/interpret.ts';
import type { IdentifiedExecution } from '../../shared/executions/orchestrator.ts';
import { anExecution } from '../store/store-builders.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const DONE: SliceOutcome = { kind: 'done', status: 'completed' };
const ANSWER: Answer = { kind: 'completed', output: [] };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pool that gives these outcomes in order. */
const playing = (outcomes: readonly (SliceOutcome | Error)[]) => {
  const left = [...outcomes];
  const run = vi.fn(async (_executionId: string, _waiting: boolean): Promise<SliceOutcome> => {
    const next = left.shift() ?? DONE;
    if (next instanceof Error) throw next;
    return next;
  });
  const begin = vi.fn(
    async (execution: IdentifiedExecution): Promise<Begun> => ({
      outcome: await run(execution.id, true),
      answer: ANSWER,
    }),
  );
  return { run, begin, deliver: vi.fn(), close: async () => undefined };
};

const anOrchestrator = (...outcomes: (SliceOutcome | Error)[]) => {
  const pool = playing(outcomes);
  const quarantine = playing([]);
  const poison = vi.fn(async () => undefined);
  const orchestrator = makeOrchestrator({
    pool,
    quarantine,
    poison,
    now: Date.now,
    log: () => undefined,
  });
  return { orchestrator, pool, quarantine, poison };
};

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let is = false;
  void promise.then(() => {
    is = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return is;
};

describe('a poke', () => {
  it('runs slices until the execution is done', async () => {
    const { orchestrator, pool } = anOrchestrator({ kind: 'continue' }, { kind: 'continue' }, DONE);

    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(0);

    expect(pool.run.mock.calls).toEqual(Array(3).fill(['exec_1', false]));
    expect(orchestrator.knows('exec_1')).toBe(false);
  });

  it('while a slice runs makes it look once more', async () => {
    const { orchestrator, pool } = anOrchestrator();

    await orchestrator.poke('exec_1');
    await orchestrator.poke('exec_1');
    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(0);

    expect(pool.run).toHaveBeenCalledTimes(2);
  });

  it('wakes a parked execution before its time', async () => {
    const { orchestrator, pool } = anOrchestrator({ kind: 'parked', wakeAt: NOW + 60_000 });
    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(10);

    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(100_000);

    expect(pool.run).toHaveBeenCalledTimes(2);
  });
});

describe('a child that runs in the slice of its parent', () => {
  it('is known, and woken only once it does not any more', async () => {
    const { orchestrator, pool } = anOrchestrator();

    orchestrator.inline('exec_1', true);
    expect(orchestrator.knows('exec_1')).toBe(true);
    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(0);
    expect(pool.run).not.toHaveBeenCalled();

    orchestrator.inline('exec_1', false);
    await vi.advanceTimersByTimeAsync(0);
    expect(pool.run.mock.calls).toEqual([['exec_1', false]]);
  });

  it('that nobody has woken is forgotten', async () => {
    const { orchestrator, pool } = anOrchestrator();

    orchestrator.inline('exec_1', true);
    orchestrator.inline('exec_1', false);
    await vi.advanceTimersByTimeAsync(0);

    expect(orchestrator.knows('exec_1')).toBe(false);
    expect(pool.run).not.toHaveBeenCalled();
  });
});

describe('a parked execution', () => {
  it('is woken at its time', async () => {
    const { orchestrator, pool } = anOrchestrator({ kind: 'parked', wakeAt: NOW + 60_000 });
    await orchestrator.poke('exec_1');

    await vi.advanceTimersByTimeAsync(59_999);
    expect(pool.run).toHaveBeenCalledTimes(1);
    expect(orchestrator.knows('exec_1')).toBe(true);

    await vi.advanceTimersByTimeAsync(1);
    expect(pool.run).toHaveBeenCalledTimes(2);
  });

  it('that waits for more than a timer can count is looked at early, not at once', async () => {
    const { orchestrator, pool } = anOrchestrator({ kind: 'parked', wakeAt: NOW + 300 * 86_400_000 });
    await orchestrator.poke('exec_1');

    await vi.advanceTimersByTimeAsync(20 * 86_400_000);
    expect(pool.run).toHaveBeenCalledTimes(1);
  });

  it('without a time waits for a poke', async () => {
    const { orchestrator } = anOrchestrator({ kind: 'parked', wakeAt: null });
    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(0);

    expect(orchestrator.knows('exec_1')).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a waiting caller', () => {
  it('goes when there is an answer, and the execution goes on without', async () => {
    const { orchestrator, pool } = anOrchestrator({ kind: 'responded' }, DONE);

    expect(await settled(orchestrator.run('exec_1', NOW + 25_000))).toBe(true);

    expect(pool.run.mock.calls).toEqual([
      ['exec_1', true],
      ['exec_1', false],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<SliceOutcome>([DONE, { kind: 'parked', wakeAt: null }])(
    'goes when it is $kind',
    async (outcome) => {
      const { orchestrator } = anOrchestrator(outcome);

      expect(await settled(orchestrator.run('exec_1', NOW + 25_000))).toBe(true);
    },
  );

  it('stays over several slices, no longer than its time', async () => {
    const { orchestrator } = anOrchestrator({ kind: 'continue' }, { kind: 'busy', until: NOW + 60_000 });
    const run = orchestrator.run('exec_1', NOW + 25_000);

    expect(await settled(run)).toBe(false);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(await settled(run)).toBe(true);
  });
});

describe('an execution that is woken while it runs', () => {
  it('is told in its slice, and has another one afterwards', async () => {
    const { orchestrator, pool, quarantine } = anOrchestrator();
    const { promise, resolve } = Promise.withResolvers<SliceOutcome>();
    pool.run.mockImplementationOnce(() => promise);
    await orchestrator.poke('exec_1');
    expect(pool.deliver).not.toHaveBeenCalled();

    await orchestrator.poke('exec_1');
    expect(pool.deliver).toHaveBeenCalledExactlyOnceWith('exec_1');
    expect(quarantine.deliver).toHaveBeenCalledExactlyOnceWith('exec_1');
    resolve({ kind: 'parked', wakeAt: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(pool.run).toHaveBeenCalledTimes(2);
  });
});

describe('an execution whose interpreter is lost', () => {
  const lost = () => new WorkerLost('it hangs');

  it('is run again', async () => {
    const { orchestrator, pool, quarantine } = anOrchestrator(lost());
    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(0);

    expect(pool.run).toHaveBeenCalledTimes(2);
    expect(quarantine.run).not.toHaveBeenCalled();
  });

  it('twice is run alone', async () => {
    const { orchestrator, pool, quarantine } = anOrchestrator(lost(), lost());
    await orchestrator.poke('exec_1');
    await vi.advanceTimersByTimeAsync(0);

    expect(pool.run).toHaveBeenCalledTimes(2);
    expect(quarantine.run).toHaveBeenCalledTimes(1);
  });

  it('five times is failed, and its caller let go', async () => {
    const { orchestrator, quarantine, poison } = anOrchestrator(lost(), lost());
    quarantine.run.mockRejectedValue(lost());

    expect(await settled(orchestrator.run('exec_1', NOW + 25_000))).toBe(true);

    expect(quarantine.run).toHaveBeenCalledTimes(3);
    expect(poison).toHaveBeenCalledExactlyOnceWith('exec_1', 5);
  });
});

describe('an execution whose slice cannot be run', () => {
  it('is tried again, less and less often', async () => {
    const { orchestrator, pool } = anOrchestrator();
    pool.run.mockRejectedValue(new Error('no database'));
    await orchestrator.poke('exec_1');

    await vi.advanceTimersByTimeAsync(999);
    expect(pool.run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(pool.run).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(pool.run).toHaveBeenCalledTimes(3);
  });
});

describe('after a stop', () => {
  it('nothing is woken and nobody is kept waiting', async () => {
    const { orchestrator, pool } = anOrchestrator({ kind: 'busy', until: NOW + 1_000 });
    const run = orchestrator.run('exec_1', NOW + 25_000);
    await vi.advanceTimersByTimeAsync(0);

    orchestrator.stop();
    await orchestrator.poke('exec_2');

    expect(await settled(run)).toBe(true);
    expect(await settled(orchestrator.run('exec_3', NOW + 25_000))).toBe(true);
    expect(pool.run).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('recovery', () => {
  it('goes on after a sweep that failed, until it is stopped', async () => {
    const sweep = vi.fn(async () => 0);
    const recovery = makeRecovery({ sweep, log: () => undefined });
    sweep.mockRejectedValueOnce(new Error('no database'));
    recovery.watch(30_000);

    await vi.advanceTimersByTimeAsync(60_000);
    expect(sweep).toHaveBeenCalledTimes(2);

    recovery.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sweep).toHaveBeenCalledTimes(2);
  });
});

describe('an execution that is not accepted', () => {
  const execution = { ...anExecution(), id: 'exec_1' };

  it('is answered by its first slice', async () => {
    const { orchestrator, pool } = anOrchestrator(DONE);

    expect(await orchestrator.begin(execution, NOW + 1_000)).toEqual(ANSWER);
    expect(pool.begin.mock.calls).toEqual([[execution]]);
    expect(orchestrator.knows('exec_1')).toBe(false);
  });

  it('goes on by itself once it has answered', async () => {
    const { orchestrator, pool } = anOrchestrator({ kind: 'responded' }, DONE);

    expect(await orchestrator.begin(execution, NOW + 1_000)).toEqual(ANSWER);
    await vi.advanceTimersByTimeAsync(0);

    expect(pool.run).toHaveBeenLastCalledWith('exec_1', false);
  });

  it('is handed back when its interpreter is lost, and runs alone after the second time', async () => {
    const { orchestrator, pool, quarantine } = anOrchestrator(new WorkerLost('gone'), new WorkerLost('gone'));

    expect(await orchestrator.begin(execution, NOW + 1_000)).toBeNull();
    await orchestrator.run('exec_1', NOW + 1_000);

    expect(pool.run).toHaveBeenCalledTimes(2);
    expect(quarantine.run).toHaveBeenCalledTimes(1);
  });

  it('is handed back when another wrote its journal', async () => {
    const { orchestrator, pool } = anOrchestrator();
    pool.begin.mockResolvedValueOnce({ outcome: { kind: 'lost' }, answer: null });

    expect(await orchestrator.begin(execution, NOW + 1_000)).toBeNull();
    expect(orchestrator.knows('exec_1')).toBe(false);
  });

  it('is handed back when the time for an answer is over', async () => {
    const { orchestrator, pool } = anOrchestrator();
    pool.begin.mockReturnValueOnce(new Promise(() => undefined));

    const answer = orchestrator.begin(execution, NOW + 25_000);
    await vi.advanceTimersByTimeAsync(25_000);

    expect(await answer).toBeNull();
  });

  it('delivered again while it runs waits for its end and is not begun twice', async () => {
    const { orchestrator, pool } = anOrchestrator();
    const first = Promise.withResolvers<Begun>();
    pool.begin.mockReturnValueOnce(first.promise);

    const answers = [orchestrator.begin(execution, NOW + 1_000), orchestrator.begin(execution, NOW + 1_000)];
    expect(await settled(Promise.race(answers))).toBe(false);
    first.resolve({ outcome: DONE, answer: ANSWER });

    expect(await Promise.all(answers)).toEqual([ANSWER, null]);
    expect(pool.begin).toHaveBeenCalledTimes(1);
  });
});
