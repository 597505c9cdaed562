import { beforeAll, describe, expect, it } from 'vitest';
import type { AiPort } from '../../../engine/ai/port.ts';
import { NodeError } from '../../../engine/errors.ts';
import { makeAi } from '../../../shared/ai/execution-ai.ts';
import type { AiProvider } from '../../../shared/ai/provider.ts';
import { testPlatform } from '../../http/test-platform.ts';

let platform: Awaited<ReturnType<typeof testPlatform>>;
let asked = 0;
let failing: NodeError | null = null;
let cheap = false;
const provider: AiProvider = {
  chat: async () => {
    asked += 1;
    if (failing) throw failing;
    return {
      parts: [],
      stop: 'end',
      usage: { inputTokens: 1_000, outputTokens: 1_000, cachedTokens: 0, costUsd: cheap ? 0.0001 : 0.018 },
    };
  },
};
beforeAll(async () => {
  platform = await testPlatform();
});

const aModel = async (configuration: object, overrides = {}) => {
  const row = {
    name: 'M',
    provider: 'test',
    modelId: 'm',
    type: 'llm',
    description: null,
    isActive: true,
    createdBy: 'usr_1',
  } as const;
  return (
    await platform.stores.aiModels.create({
      ...row,
      configuration: JSON.stringify(configuration),
      ...overrides,
    })
  ).id;
};
const PRICES = { inputPricePerMillion: 3, outputPricePerMillion: 15 };
let executions = 0;
const aiWith = (budget: number | null, monthly: number | null = null): AiPort => {
  executions += 1;
  const world = { ...platform, providers: { test: async () => provider } };
  return makeAi(world, [
    { key: { kind: 'execution', id: `exec_${executions}`, period: 'all' }, budget },
    {
      key: { kind: 'workflow', id: `wf_${monthly === null ? executions : 'shared'}`, period: '2026-01' },
      budget: monthly,
    },
  ]);
};
const ask = (ai: AiPort, model: string, more = {}) =>
  ai.chat({ model, messages: [], maxTokens: 1_000, signal: new AbortController().signal, ...more });

describe('a budget', () => {
  it('of an execution stops the call that might go beyond it, before it is made', async () => {
    const model = await aModel(PRICES);
    const ai = aiWith(0.03);
    await ask(ai, model);
    const before = asked;
    await expect(ask(ai, model)).rejects.toMatchObject({
      code: 'ai.budget',
      message: expect.stringMatching(/may cost up to US\$ 0\.0150, and this execution has US\$ 0\.0120 left/),
      details: { leftUsd: expect.closeTo(0.012, 6) },
    });
    expect(asked).toBe(before);
  });

  it('of a workflow counts all its executions of the month', async () => {
    const model = await aModel(PRICES);
    await ask(aiWith(null, 0.03), model);
    await expect(ask(aiWith(null, 0.03), model)).rejects.toMatchObject({
      code: 'ai.budget',
      message: expect.stringContaining('this workflow'),
    });
  });

  it('of a node is that of the call', async () => {
    const model = await aModel(PRICES);
    await expect(ask(aiWith(null), model, { purse: { left: 0.001 } })).rejects.toMatchObject({
      code: 'ai.budget',
      message: expect.stringContaining('this node'),
    });
    const purse = { left: 1 };
    await ask(aiWith(null), model, { purse });
    expect(purse.left).toBeCloseTo(1 - 0.018, 6);
  });

  it('cannot be kept with a model that has no prices', async () => {
    await expect(ask(aiWith(1), await aModel({}))).rejects.toMatchObject({ code: 'ai.noPrice' });
    await ask(aiWith(null), await aModel({}));
  });

  it('is not spent twice by calls that are made at once', async () => {
    const model = await aModel(PRICES);
    const ai = aiWith(0.052);
    const before = asked;
    const calls = await Promise.allSettled(Array.from({ length: 8 }, () => ask(ai, model)));
    // Two leave 0.016, enough for one more; behind it 0.002 are short of what a fourth might cost.
    expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(asked - before).toBe(3);
    const purse = { left: 0.052 };
    const own = aiWith(null);
    const paid = await Promise.allSettled(Array.from({ length: 8 }, () => ask(own, model, { purse })));
    expect(paid.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('is waited for by calls made at once that cost less than they might', async () => {
    const model = await aModel(PRICES);
    cheap = true;
    const ai = aiWith(0.02);
    const calls = await Promise.allSettled(Array.from({ length: 8 }, () => ask(ai, model)));
    cheap = false;
    expect(calls.map(({ status }) => status)).toEqual(Array(8).fill('fulfilled'));
  });

  it('comes back from a call that failed, and from one that another budget stopped', async () => {
    const model = await aModel(PRICES);
    const purse = { left: 0.02 };
    failing = new NodeError('ai.failed', 'No.');
    const ai = aiWith(0.02);
    await expect(ask(ai, model, { purse })).rejects.toMatchObject({ code: 'ai.failed' });
    failing = null;
    expect(purse.left).toBeCloseTo(0.02, 6);
    const poor = aiWith(0.001);
    await expect(ask(poor, model, { purse })).rejects.toMatchObject({ code: 'ai.budget' });
    expect(purse.left).toBeCloseTo(0.02, 6);
    await ask(ai, model, { purse });
  });

  it('counts calls that are made at once', async () => {
    const model = await aModel(PRICES);
    const ai = aiWith(100);
    await Promise.all(Array.from({ length: 5 }, () => ask(ai, model)));
    const spent = await platform.stores.aiUsage.spent({
      kind: 'execution',
      id: `exec_${executions}`,
      period: 'all',
    });
    expect(spent).toBeCloseTo(5 * 0.018, 6);
  });
});

describe('a model', () => {
  it('that is not there, not active or of another type is not asked', async () => {
    const ai = aiWith(null);
    await expect(ask(ai, 'aim_none')).rejects.toMatchObject({ code: 'ai.noModel' });
    await expect(ask(ai, await aModel({}, { isActive: false }))).rejects.toMatchObject({
      code: 'ai.noModel',
    });
    await expect(ask(ai, await aModel({}, { type: 'embedding' }))).rejects.toMatchObject({
      code: 'ai.wrongType',
    });
    await expect(ask(ai, await aModel({}, { provider: 'other' }))).rejects.toMatchObject({
      code: 'ai.notOffered',
    });
  });
});
