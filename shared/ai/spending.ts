import type { AiUsage, Purse } from '../../engine/ai/port.ts';
import { NodeError } from '../../engine/errors.ts';
import type { SpenderKey } from '../store/ai-usage.ts';
import type { Stores } from '../store/stores.ts';

/** Who spends, and within what. */
export interface Spender {
  readonly key: SpenderKey;
  /** US$; null: as much as it takes. */
  readonly budget: number | null;
}

interface Paid {
  /** US$ at the worst; null where the model has no prices. */
  readonly most: number | null;
  readonly purse: Purse | null | undefined;
  readonly signal: AbortSignal;
}

/**
 * Pays calls out of budgets. The worst price is taken before a call, so that calls made at once do not spend the same money, and what
 * it did not cost comes back. One that is short waits for those under way: they mostly cost far less than they might.
 */
export const makeSpending = (aiUsage: Stores['aiUsage'], spenders: readonly Spender[]) => {
  const limits = spenders.flatMap(({ key, budget }) => (budget === null ? [] : [{ key, budget }]));
  const underWay = new Set<Promise<void>>();
  let ended = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const giveBack = async (keys: readonly SpenderKey[], purse: Paid['purse'], usd: number): Promise<void> => {
    if (purse) purse.left += usd;
    await Promise.all(keys.map((key) => aiUsage.add(key, { usd: -usd, inputTokens: 0, outputTokens: 0 })));
  };

  /** Takes the money from all budgets, or from none: then the error says which was short. */
  const take = async (most: number, purse: Paid['purse']): Promise<NodeError | null> => {
    if (purse && purse.left < most) return beyond(most, 'node', purse.left);
    if (purse) purse.left -= most;
    const taken: SpenderKey[] = [];
    let isWhole = false;
    try {
      for (const { key, budget } of limits) {
        if (!(await aiUsage.take(key, most, budget)))
          return beyond(most, key.kind, budget - (await aiUsage.spent(key)));
        taken.push(key);
      }
      isWhole = true;
      return null;
    } finally {
      if (!isWhole) await giveBack(taken, purse, most);
    }
  };

  /** One after the other, so that whoever is short knows of all that have taken. */
  const takeInTurn = async (most: number, { purse, signal }: Paid, call: Promise<void>): Promise<void> => {
    for (;;) {
      const tried = turn.then(async () => {
        const before = ended;
        const short = await take(most, purse);
        if (!short) underWay.add(call);
        return { short, before };
      });
      turn = tried.catch(() => undefined);
      const { short, before } = await tried;
      if (!short) return;
      signal.throwIfAborted();
      // What came back since this one was found short may be enough.
      if (ended !== before) continue;
      if (underWay.size === 0) throw short;
      await Promise.race(underWay);
    }
  };

  return async <T extends { readonly usage: AiUsage }>(paid: Paid, call: () => Promise<T>): Promise<T> => {
    const { most, purse } = paid;
    const isLimited = limits.length > 0 || Boolean(purse);
    if (isLimited && most === null)
      throw new NodeError(
        'ai.noPrice',
        'There is a budget, and the model has no prices in its configuration: nobody can tell what it costs.',
      );
    const reserved = isLimited ? (most ?? 0) : 0;
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    if (isLimited) await takeInTurn(reserved, paid, over);
    try {
      const answer = await call().catch(async (thrown: unknown) => {
        await giveBack(
          limits.map(({ key }) => key),
          purse,
          reserved,
        );
        throw thrown;
      });
      const { costUsd, inputTokens, outputTokens } = answer.usage;
      const cost = costUsd ?? 0;
      if (purse) purse.left += reserved - cost;
      await Promise.all(
        spenders.map(({ key, budget }) =>
          aiUsage.add(key, { usd: cost - (budget === null ? 0 : reserved), inputTokens, outputTokens }),
        ),
      );
      return answer;
    } finally {
      if (underWay.delete(over)) ended += 1;
      end();
    }
  };
};

const beyond = (most: number, what: string, left: number): NodeError => {
  const leftUsd = Math.max(0, left);
  return new NodeError(
    'ai.budget',
    `The call may cost up to US$ ${most.toFixed(4)}, and this ${what} has US$ ${leftUsd.toFixed(4)} left.`,
    { details: { mostUsd: most, leftUsd } },
  );
};
