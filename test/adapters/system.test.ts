import { describe, expect, it, vi } from 'vitest';
import { systemClock, systemRandom } from '../../shared/adapters/system.ts';

describe('the system clock', () => {
  it('sleeps no longer than its signal allows and gives its reason', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort('cancelled');

    await expect(sleeping).rejects.toBe('cancelled');
    await expect(systemClock.sleep(0, controller.signal)).rejects.toBe('cancelled');
  });

  it('takes a time in the past as now', async () => {
    await expect(systemClock.sleep(-5, new AbortController().signal)).resolves.toBeUndefined();
  });
});

describe('no time', () => {
  it('lets everything have its turn that is ready, and takes no timer', async () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const turns: string[] = [];
    setImmediate(() => turns.push('another'));

    await systemClock.sleep(0, new AbortController().signal);

    expect(turns).toEqual(['another']);
    expect(setTimer).not.toHaveBeenCalled();
  });
});

describe('system randomness', () => {
  it('makes ids of 128 bits that are safe in URLs', () => {
    const ids = Array.from({ length: 100 }, () => systemRandom.id());

    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});
