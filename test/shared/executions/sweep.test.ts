import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type SweepWorld, sweep } from '../../../shared/executions/sweep.ts';
import { chain, manual } from '../../functions/definitions.ts';
import { aWorkbench, type Workbench } from '../../functions/workbench.ts';
import { acceptedIn, appendTo, begunIn } from './executions-at-rest.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const aSweep = (overrides: Partial<SweepWorld> = {}) => {
  const poke = vi.fn(async (_executionId: string) => undefined);
  const { stores, clock } = bench.platform;
  const world = {
    stores,
    clock,
    poke,
    knows: () => false,
    isHeld: ({ until }: { until: number }) => until > clock.now(),
    startMilliseconds: 0,
    log: () => undefined,
    ...overrides,
  };
  return { poke, run: () => sweep(world) };
};
const parkedUntil = (wakeAt: number | null) => ({ type: 'parked', at: Date.now(), wakeAt }) as const;
const park = (id: string, wakeAt: number | null) =>
  appendTo(bench, id, [parkedUntil(wakeAt)], {
    kind: 'parked',
    wakeAt,
    wait: { kind: 'timer', until: wakeAt },
  });

describe('the sweep', () => {
  it('wakes a start that was lost, once it has had its time', async () => {
    const { id } = await acceptedIn(bench, chain(manual));
    const early = aSweep({ startMilliseconds: 60_000 });
    const late = aSweep();

    expect(await early.run()).toEqual({ open: 1, woken: 0, poisoned: 0 });
    expect(await late.run()).toEqual({ open: 1, woken: 1, poisoned: 0 });
    expect(late.poke).toHaveBeenCalledExactlyOnceWith(id);
  });

  it('leaves alone what this process looks after and what a lease holds', async () => {
    await begunIn(bench, { writerId: 'other', leaseUntil: Date.now() + 60_000, generation: null });
    const { run, poke } = aSweep();
    const knowing = aSweep({ knows: () => true, isHeld: () => false });

    expect(await run()).toEqual({ open: 1, woken: 0, poisoned: 0 });
    expect(await knowing.run()).toEqual({ open: 1, woken: 0, poisoned: 0 });
    expect(poke).not.toHaveBeenCalled();
  });

  it('tells when those that sleep on are to be woken', async () => {
    const at = Date.now() + 60_000;
    const asleep = await begunIn(bench);
    await park(asleep.id, at);
    await park((await begunIn(bench)).id, null);
    const wakeAt = vi.fn();
    await aSweep({ wakeAt }).run();
    expect(wakeAt).toHaveBeenCalledExactlyOnceWith(asleep.id, at);
  });

  it('wakes sleepers that are due, or that something has come for, and no others', async () => {
    const asleep = await begunIn(bench);
    const due = await begunIn(bench);
    const answered = await begunIn(bench);
    await park(asleep.id, null);
    await park(due.id, Date.now() - 1);
    await park(answered.id, null);
    const mail = { kind: 'callback', waitId: 'w', at: Date.now() } as const;
    await bench.platform.stores.executions.putInbox(answered.id, mail);
    const { run, poke } = aSweep();

    await run();

    expect(poke.mock.calls.flat().sort()).toEqual([due.id, answered.id].sort());
  });

  it('has the row of a sleeper say what it waits for, where a crash came between the two', async () => {
    const waiting = { id: 'w', name: 'W', type: 'flow.wait', parameters: { kind: 'callback' } };
    const { id } = await acceptedIn(bench, chain(manual, waiting));
    const { stores, orchestrator } = bench.platform;
    await orchestrator.run(id, Date.now() + 5_000);
    const parked = await stores.executions.get(id);
    expect(parked?.wait).toMatchObject({ kind: 'callback', nodeId: 'w' });
    await stores.executions.noteWait(id, null as never);
    const { run, poke } = aSweep();
    expect(await run()).toMatchObject({ woken: 1 });

    await orchestrator.run(id, Date.now() + 5_000);

    expect(poke).toHaveBeenCalledExactlyOnceWith(id);
    expect(await stores.executions.get(id)).toEqual(parked);
    expect(await run()).toMatchObject({ woken: 0 });
  });

  it('counts how often it takes one up at one place, and fails it after five times', async () => {
    const { id } = await begunIn(bench);
    const { run } = aSweep();

    for (let time = 1; time <= 5; time += 1) {
      expect(await run()).toMatchObject({ woken: 1 });
      expect(await bench.platform.stores.executions.get(id)).toMatchObject({ recoveries: time });
    }
    expect(await run()).toEqual({ open: 1, woken: 0, poisoned: 1 });
    expect(await bench.platform.stores.executions.get(id)).toMatchObject({
      status: 'failed',
      errorCode: 'execution.poisoned',
      finishedAt: expect.any(String),
    });
    expect(await run()).toMatchObject({ open: 0 });
  });

  it('leaves one that was left behind twice at one place to whoever takes up each by itself', async () => {
    const { id } = await begunIn(bench);
    const suspect = vi.fn<NonNullable<SweepWorld['suspect']>>();
    const { run, poke } = aSweep({ suspect });

    for (let time = 1; time <= 4; time += 1) expect(await run()).toMatchObject({ woken: 1 });

    expect(poke).toHaveBeenCalledTimes(2);
    expect(suspect).toHaveBeenCalledTimes(2);
    // Not counted before its turn comes.
    expect(await bench.platform.stores.executions.get(id)).toMatchObject({ recoveries: 2 });
    await suspect.mock.calls[0]?.[0].note();
    expect(await bench.platform.stores.executions.get(id)).toMatchObject({ recoveries: 3 });
  });

  it('counts from the start once the journal has got further', async () => {
    const { id } = await begunIn(bench);
    const { run } = aSweep();
    for (let time = 1; time <= 5; time += 1) await run();

    await appendTo(bench, id, [parkedUntil(null)]);
    await run();

    expect(await bench.platform.stores.executions.get(id)).toMatchObject({
      recoveries: 1,
      status: 'running',
    });
  });
});
