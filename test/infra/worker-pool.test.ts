import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeWorkerPool, WorkerLost, type WorkerPoolOptions } from '../../infra/local/worker-pool.ts';

/** A worker that does what the execution id says. */
const SCRIPT = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    const alive = () => parentPort.postMessage({ kind: 'alive' });
    alive();
    setInterval(alive, 20);
    let held = 0;
    let waits = null;
    const perform = ({ job, executionId, waiting, execution, mailFor }) => {
      if (mailFor) return waits?.(mailFor);
      const end = (outcome) => parentPort.postMessage({ kind: 'results', results: [{ job, begun: JSON.stringify({ outcome, answer: execution }) }] });
      if (executionId === 'write') { parentPort.postMessage({ kind: 'wrote', items: ['pk\\nsk'] }); end({}); }
      if (executionId.startsWith('child')) parentPort.postMessage({ kind: 'inline', executionId: 'exec_1', isUnderWay: true });
      if (executionId === 'child done') { parentPort.postMessage({ kind: 'inline', executionId: 'exec_1', isUnderWay: false }); end({}); }
      if (executionId === 'child lost') setTimeout(() => process.exit(1), 10);
      if (executionId === 'hang') for (;;);
      if (executionId === 'die') process.exit(1);
      if (executionId === 'throw') setImmediate(() => { throw new Error('thrown'); });
      if (executionId === 'fill') { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }
      if (executionId === 'fail') parentPort.postMessage({ kind: 'results', results: [{ job, error: 'no database' }] });
      if (executionId === 'wait') waits = (mail) => end({ kind: 'done', status: 'got mail for ' + mail });
      if (executionId === 'done') end({ kind: 'done', status: workerData + (waiting ? ' waiting' : '') });
      if (executionId.startsWith('hold')) { held += 1; setTimeout(() => end({ kind: 'done', status: held }), 50); }
    };
    parentPort.on('message', (messages) => messages.forEach(perform));
  `)}`,
);

const aPool = (changes: Partial<WorkerPoolOptions> = {}) => {
  let lives = 0;
  const log = vi.fn();
  const wrote = vi.fn();
  const pool = makeWorkerPool({
    script: SCRIPT,
    workerData: (generation) => generation,
    generation: () => `life ${++lives}`,
    size: 1,
    slots: 10,
    heapMebibytes: 64,
    hungAfter: 1_000,
    poke: () => undefined,
    inline: () => undefined,
    wrote,
    log,
    ...changes,
  });
  onTestFinished(() => pool.close());
  return { pool, log, wrote };
};

describe('the worker pool', () => {
  it('brings outcomes back and says who waits', async () => {
    const { pool } = aPool();

    expect(await pool.run('done', false)).toEqual({ kind: 'done', status: 'life 1' });
    expect(await pool.run('done', true)).toEqual({ kind: 'done', status: 'life 1 waiting' });
  });

  it('tells a slice under way that something has come, and no other', async () => {
    const { pool } = aPool();
    const outcome = pool.run('wait', false);
    pool.deliver('another');
    pool.deliver('wait');

    expect(await outcome).toEqual({ kind: 'done', status: 'got mail for wait' });
  });

  it('tells what a slice could not be run for, and goes on', async () => {
    const { pool } = aPool();

    await expect(pool.run('fail', false)).rejects.toThrow('no database');
    expect(await pool.run('done', false)).toMatchObject({ status: 'life 1' });
  });

  it.each(['die', 'throw', 'fill', 'hang'])(
    'replaces a worker when an execution makes it %s, under a new generation',
    async (executionId) => {
      const { pool, log } = aPool();
      const innocent = pool.run('never', false);

      await expect(pool.run(executionId, false)).rejects.toBeInstanceOf(WorkerLost);
      await expect(innocent).rejects.toBeInstanceOf(WorkerLost);
      expect(await pool.run('done', false)).toMatchObject({ status: 'life 2' });
      expect(log).toHaveBeenCalledWith(
        expect.objectContaining({ message: 'interpreter replaced', executions: 2 }),
      );
    },
  );

  it('passes on what its workers wrote, and that one that is lost may have written anything', async () => {
    const { pool, wrote } = aPool();

    await pool.run('write', false);
    expect(wrote.mock.calls).toEqual([[['pk\nsk']]]);
    await expect(pool.run('die', false)).rejects.toBeInstanceOf(WorkerLost);
    expect(wrote).toHaveBeenLastCalledWith('any');
  });

  it('queues what exceeds its slots', async () => {
    const { pool } = aPool({ slots: 2 });

    const outcomes = await Promise.all(['hold1', 'hold2', 'hold3'].map((each) => pool.run(each, false)));

    expect(outcomes.map((each) => 'status' in each && each.status)).toEqual([2, 2, 3]);
  });

  it('does not start a script again at once that cannot start', async () => {
    const generation = vi.fn(() => '');
    const { pool } = aPool({ script: new URL('data:text/javascript,throw new Error("broken")'), generation });
    await vi.waitFor(() => expect(generation).toHaveBeenCalledTimes(2), { timeout: 2_000 });
    await pool.close();

    expect(generation.mock.calls.length).toBeLessThan(5);
  });

  it.each(['child done', 'child lost'])(
    'tells which children run in its slices, and when they do not: %s',
    async (what) => {
      const inline = vi.fn();
      const { pool } = aPool({ inline });

      await pool.run(what, false).catch(() => undefined);

      expect(inline.mock.calls).toEqual([
        ['exec_1', true],
        ['exec_1', false],
      ]);
    },
  );
});
