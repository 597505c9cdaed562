import type { AiPort, AiUsage, ChatRequest, Purse } from '../../engine/ai/port.ts';
import type { Definition } from '../../engine/definition.ts';
import { NodeError } from '../../engine/errors.ts';
import { credentialsOf, type ResolverWorld } from '../credentials/resolve.ts';
import type { SpenderKey } from '../store/ai-usage.ts';
import type { Stores } from '../store/stores.ts';
import { type Concessions, conceding } from './concessions.ts';
import { type AiModel, usageOf } from './model.ts';
import { modelConfiguration } from './model-configuration.ts';
import type { AiProvider } from './provider.ts';
import type { AiProviders } from './providers.ts';
import { wellFormed } from './well-formed.ts';

export interface AiWorld extends ResolverWorld {
  readonly stores: ResolverWorld['stores'] & Pick<Stores, 'aiModels' | 'aiUsage'>;
  readonly providers: AiProviders;
}

/** Who spends, and within what. */
interface Spender {
  readonly key: SpenderKey;
  /** US$; null: as much as it takes. */
  readonly budget: number | null;
}

/** The models for an execution. Both it and its workflow, by the month, may have a budget. */
export const executionAi = (
  world: AiWorld,
  record: { readonly id: string; readonly workflowId: string },
  { aiBudgetUsd, aiMonthlyBudgetUsd }: Pick<Definition['settings'], 'aiBudgetUsd' | 'aiMonthlyBudgetUsd'>,
): AiPort =>
  makeAi(world, [
    { key: { kind: 'execution', id: record.id, period: 'all' }, budget: aiBudgetUsd ?? null },
    {
      key: {
        kind: 'workflow',
        id: record.workflowId,
        period: new Date(world.clock.now()).toISOString().slice(0, 7),
      },
      budget: aiMonthlyBudgetUsd ?? null,
    },
  ]);

/** Models in the name of spenders: what they have spent is added up, and what might go beyond a budget is not begun. */
export const makeAi = (world: AiWorld, spenders: readonly Spender[]): AiPort => {
  const { aiModels, aiUsage } = world.stores;
  const conceded = new Map<string, Concessions>();

  const modelOf = async (id: string, types: readonly AiModel['type'][]): Promise<AiModel> => {
    const row = await aiModels.get(id);
    if (!row?.isActive)
      throw new NodeError(
        'ai.noModel',
        `There is no active AI model ${JSON.stringify(id)}; GET /ai-models lists those there are.`,
      );
    if (!types.includes(row.type))
      throw new NodeError(
        'ai.wrongType',
        `${row.name} is a model of type ${row.type}; this needs ${types.join(' or ')}.`,
      );
    const configuration = modelConfiguration.parse(JSON.parse(row.configuration ?? '{}'));
    const { credentialId } = configuration;
    const credential =
      credentialId === undefined ? null : await credentialsOf(world, row.createdBy).resolve(credentialId);
    return {
      id: row.id,
      modelId: row.modelId,
      provider: row.provider,
      type: row.type,
      configuration,
      credential,
      createdBy: row.createdBy,
    };
  };

  const provided = async <Name extends keyof AiProvider>(
    model: AiModel,
    name: Name,
  ): Promise<NonNullable<AiProvider[Name]>> => {
    const offered = (await world.providers[model.provider]?.())?.[name];
    if (offered) return offered as NonNullable<AiProvider[Name]>;
    throw new NodeError('ai.notOffered', `Provider ${model.provider} does not offer "${name}".`);
  };

  const limits = spenders.flatMap(({ key, budget }) => (budget === null ? [] : [{ key, budget }]));

  /** Puts money back that was taken. */
  const giveBack = (keys: readonly SpenderKey[], purse: Purse | null | undefined, usd: number) => {
    if (purse) purse.left += usd;
    return Promise.all(keys.map((key) => aiUsage.add(key, { usd: -usd, inputTokens: 0, outputTokens: 0 })));
  };

  /** Takes the worst price from all that it is limited by, or from none. */
  const take = async (most: number, purse: Purse | null | undefined): Promise<void> => {
    if (purse && purse.left < most) throw beyond(most, 'node', purse.left);
    if (purse) purse.left -= most;
    const taken: SpenderKey[] = [];
    for (const { key, budget } of limits) {
      if (await aiUsage.take(key, most, budget)) taken.push(key);
      else {
        await giveBack(taken, purse, most);
        throw beyond(most, key.kind, budget - (await aiUsage.spent(key)));
      }
    }
  };

  /**
   * Makes a call within what may be spent. `most` is what it may cost at the worst, null where the model has no prices: that much is
   * taken before, so that calls made at once do not spend the same money, and what it did not cost comes back.
   */
  const within = async <T extends { readonly usage: AiUsage }>(
    most: number | null,
    purse: Purse | null | undefined,
    call: () => Promise<T>,
  ): Promise<T> => {
    const isLimited = limits.length > 0 || Boolean(purse);
    if (isLimited && most === null)
      throw new NodeError(
        'ai.noPrice',
        'There is a budget, and the model has no prices in its configuration: nobody can tell what it costs.',
      );
    const reserved = isLimited ? (most ?? 0) : 0;
    if (isLimited) await take(reserved, purse);
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
  };

  return {
    chat: async (request) => {
      const model = await modelOf(request.model, ['llm', 'agent']);
      const chat = await provided(model, 'chat');
      const learnt: Concessions = conceded.get(model.id) ?? new Set();
      conceded.set(model.id, learnt);
      const told = { ...request, messages: wellFormed(request.messages) };
      return within(mostOfChat(model, told), request.purse, () =>
        conceding(told, learnt, (asked) => chat(model, asked)),
      );
    },
    embed: async (request) => {
      const model = await modelOf(request.model, ['embedding']);
      const embed = await provided(model, 'embed');
      const input = tokensOf(request.texts.join(''));
      return within(usageOf(model, { input, output: 0 }).costUsd, request.purse, () => embed(model, request));
    },
    image: async (request) => {
      const model = await modelOf(request.model, ['image']);
      const image = await provided(model, 'image');
      const most = model.configuration.pricePerImage ?? null;
      return within(most, request.purse, () => image(model, request));
    },
    speak: async (request) => {
      const model = await modelOf(request.model, ['audio']);
      const speak = await provided(model, 'speak');
      const input = tokensOf(request.text);
      return within(usageOf(model, { input, output: 0 }).costUsd, request.purse, () => speak(model, request));
    },
    transcribe: async (request) => {
      const model = await modelOf(request.model, ['audio']);
      const transcribe = await provided(model, 'transcribe');
      const most = usageOf(model, { input: request.bytes.length, output: 0 }).costUsd;
      return within(most, request.purse, () => transcribe(model, request));
    },
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

/** Two bytes are rarely more than a token, in any script: for what may be spent it is better to count too many. */
const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 2);
/** An image is at most as many tokens with the models of today. */
const IMAGE_TOKENS = 5_000;

/** The longest answer to all of it, and all of it new to the provider's cache. */
const mostOfChat = (model: AiModel, request: ChatRequest): number | null => {
  const input = mostTokens(request);
  const output = Math.min(request.maxTokens, model.configuration.maxOutputTokens);
  return usageOf(model, { input, output, written: request.isCached ? input : 0 }).costUsd;
};

const mostTokens = ({ system = '', messages, tools }: ChatRequest): number => {
  const images = messages.flatMap(({ parts }) => parts).filter(({ kind }) => kind === 'image').length;
  const texts = messages
    .map(({ parts }) => JSON.stringify(parts.filter(({ kind }) => kind !== 'image')))
    .join('');
  return tokensOf(system + texts + JSON.stringify(tools ?? '')) + images * IMAGE_TOKENS;
};
