import { describe, expect, it } from 'vitest';
import { deferred } from '../../shared/deferred.ts';

const aService = () => {
  const state = { loads: 0 };
  class Greeter {
    readonly name = 'Zoë';
    async greet(other: string): Promise<string> {
      return `${this.name} greets ${other}`;
    }
  }
  const service = new Greeter();
  const load = async () => {
    state.loads += 1;
    return service;
  };
  return { state, load };
};

describe('something that is loaded when it is first called', () => {
  it('is not loaded before, and once', async () => {
    const { state, load } = aService();
    const service = deferred(load);

    expect(state.loads).toBe(0);
    expect(await Promise.all([service.greet('A'), service.greet('B')])).toEqual([
      'Zoë greets A',
      'Zoë greets B',
    ]);
    expect(state.loads).toBe(1);
  });

  it('passes for itself when a promise resolves with it', async () => {
    const service = deferred(aService().load);

    expect(await Promise.resolve(service)).toBe(service);
  });

  it('answers at once what is known', async () => {
    const { state, load } = aService();

    expect(await deferred(load, { greet: async () => 'known' }).greet('A')).toBe('known');
    expect(state.loads).toBe(0);
  });

  it('is tried again when loading failed', async () => {
    const { load } = aService();
    let fails = true;
    const service = deferred(async () => {
      if (fails) throw new Error('not now');
      return load();
    });

    await expect(service.greet('A')).rejects.toThrow('not now');
    fails = false;
    expect(await service.greet('A')).toBe('Zoë greets A');
  });
});
