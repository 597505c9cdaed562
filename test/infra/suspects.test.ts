import { beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSuspects } from '../../infra/local/suspects.ts';

const NOW = 1_800_000_000_000;
let told: string[];
let ends: Map<string, () => void>;
beforeEach(() => {
  told = [];
  ends = new Map();
});

const someSuspects = (note = async (_id: string): Promise<void> => undefined) => {
  const suspects = makeSuspects({
    run: (id, until) => {
      told.push(`run ${id} until ${until - NOW}`);
      return new Promise((resolve) => ends.set(id, resolve));
    },
    now: () => NOW,
    log: (entry) => told.push(JSON.stringify(entry)),
  });
  const add = (executionId: string, recoveries: number) =>
    suspects.add({
      executionId,
      recoveries,
      note: async () => {
        told.push(`count ${executionId}`);
        await note(executionId);
      },
    });
  return { suspects, add };
};
const end = (id: string) => ends.get(id)?.();

describe('suspects', () => {
  it('are counted and run one after the other, those first that were counted least', async () => {
    const { suspects, add } = someSuspects();
    add('often', 4);
    add('seldom', 2);
    add('sometimes', 3);

    await vi.waitFor(() => expect(told).toEqual(['count seldom', 'run seldom until 2000']));
    expect(['often', 'seldom', 'sometimes'].map(suspects.has)).toEqual([true, false, true]);

    end('seldom');
    await vi.waitFor(() => expect(told.at(-1)).toBe('run sometimes until 2000'));
    end('sometimes');
    await vi.waitFor(() => expect(told.at(-1)).toBe('run often until 2000'));
  });

  it('go on behind one that cannot be counted', async () => {
    const { add } = someSuspects(async (id) => {
      if (id === 'a') throw new Error('no database');
    });
    add('a', 2);
    add('b', 3);

    await vi.waitFor(() => expect(told.at(-1)).toBe('run b until 2000'));
    expect(told[1]).toContain('no database');
  });

  it('that come while one is under way wait for it', async () => {
    const { add } = someSuspects();
    add('a', 3);
    await vi.waitFor(() => expect(ends.has('a')).toBe(true));
    add('b', 2);
    await new Promise(setImmediate);
    expect(told).toHaveLength(2);

    end('a');

    await vi.waitFor(() => expect(told.at(-1)).toBe('run b until 2000'));
  });

  it('are left when it stops', async () => {
    const { suspects, add } = someSuspects();
    add('a', 2);
    suspects.stop();
    await new Promise(setImmediate);

    expect(told).toEqual([]);
  });
});
