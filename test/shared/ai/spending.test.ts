import { describe, expect, it } from 'vitest';
import { makeSpending } from '../../../shared/ai/spending.ts';
import type { SpenderKey } from '../../../shared/store/ai-usage.ts';
import type { Stores } from '../../../shared/store/stores.ts';

const key = (kind: SpenderKey['kind']): SpenderKey => ({ kind, id: kind, period: 'all' });
const usage = { inputTokens: 1, outputTokens: 1, cachedTokens: 0, costUsd: 0.25 };

/** What was spent, in memory. `isDown` says of which spender it cannot be told. */
const ledger = (isDown: (kind: string) => boolean) => {
  const spent = new Map<string, number>();
  const of = ({ kind }: SpenderKey) => spent.get(kind) ?? 0;
  const aiUsage: Stores['aiUsage'] = {
    spent: async (who) => of(who),
    add: async (who, { usd }) => {
      spent.set(who.kind, of(who) + usd);
    },
    take: async (who, usd, budget) => {
      if (isDown(who.kind)) throw new Error('down');
      if (of(who) + usd > budget) return false;
      spent.set(who.kind, of(who) + usd);
      return true;
    },
  };
  return { aiUsage, spent };
};

describe('what a call might cost', () => {
  it('comes back from every budget when one cannot be asked', async () => {
    let isDown = true;
    const { aiUsage, spent } = ledger((kind) => isDown && kind === 'workflow');
    const pay = makeSpending(aiUsage, [
      { key: key('execution'), budget: 1 },
      { key: key('workflow'), budget: 1 },
    ]);
    const purse = { left: 1 };
    const paid = { most: 1, purse, signal: new AbortController().signal };

    await expect(pay(paid, async () => ({ usage }))).rejects.toThrow('down');
    expect([purse.left, spent.get('execution')]).toEqual([1, 0]);

    isDown = false;
    await pay(paid, async () => ({ usage }));
    expect([purse.left, spent.get('execution'), spent.get('workflow')]).toEqual([0.75, 0.25, 0.25]);
  });
});
