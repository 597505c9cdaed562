import type { AiPort, AiUsage, ChatRequest } from '../../engine/ai/port.ts';
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

  /** `most`: what the call may cost at the worst; null where the model has no prices. */
  const refuseBeyond = async (most: number | null, own: number | null | undefined): Promise<void> => {
    const limited = spenders.filter(({ budget }) => budget !== null);
    if (limited.length === 0 && (own === null || own === undefined)) return;
    if (most === null)
      throw new NodeError(
        'ai.noPrice',
        'There is a budget, and the model has no prices in its configuration: nobody can tell what it costs.',
      );
    const lefts = await Promise.all(
      limited.map(async ({ key, budget }) => ({
        what: `this ${key.kind}`,
        left: (budget ?? 0) - (await aiUsage.spent(key)),
      })),
    );
    const all = [...lefts, ...(own === null || own === undefined ? [] : [{ what: 'this node', left: own }])];
    const short = all.find(({ left }) => left < most);
    if (short)
      throw new NodeError(
        'ai.budget',
        `The call may cost up to US$ ${most.toFixed(4)}, and ${short.what} has US$ ${Math.max(0, short.left).toFixed(4)} left.`,
        {
          details: { mostUsd: most, leftUsd: Math.max(0, short.left) },
        },
      );
  };

  const booked = async <T extends { readonly usage: AiUsage }>(answer: T): Promise<T> => {
    const { costUsd, inputTokens, outputTokens } = answer.usage;
    await Promise.all(
      spenders.map(({ key }) => aiUsage.add(key, { usd: costUsd ?? 0, inputTokens, outputTokens })),
    );
    return answer;
  };

  return {
    chat: async (request) => {
      const model = await modelOf(request.model, ['llm', 'agent']);
      const output = Math.min(request.maxTokens, model.configuration.maxOutputTokens);
      await refuseBeyond(usageOf(model, { input: mostTokens(request), output }).costUsd, request.budgetUsd);
      const chat = await provided(model, 'chat');
      const learnt: Concessions = conceded.get(model.id) ?? new Set();
      conceded.set(model.id, learnt);
      const told = { ...request, messages: wellFormed(request.messages) };
      return booked(await conceding(told, learnt, (asked) => chat(model, asked)));
    },
    embed: async (request) => {
      const model = await modelOf(request.model, ['embedding']);
      await refuseBeyond(
        usageOf(model, { input: tokensOf(request.texts.join('')), output: 0 }).costUsd,
        request.budgetUsd,
      );
      return booked(await (await provided(model, 'embed'))(model, request));
    },
    image: async (request) => {
      const model = await modelOf(request.model, ['image']);
      await refuseBeyond(model.configuration.pricePerImage ?? null, request.budgetUsd);
      return booked(await (await provided(model, 'image'))(model, request));
    },
    speak: async (request) => {
      const model = await modelOf(request.model, ['audio']);
      await refuseBeyond(
        usageOf(model, { input: tokensOf(request.text), output: 0 }).costUsd,
        request.budgetUsd,
      );
      return booked(await (await provided(model, 'speak'))(model, request));
    },
    transcribe: async (request) => {
      const model = await modelOf(request.model, ['audio']);
      await refuseBeyond(
        usageOf(model, { input: request.bytes.length, output: 0 }).costUsd,
        request.budgetUsd,
      );
      return booked(await (await provided(model, 'transcribe'))(model, request));
    },
  };
};

/** A token is rarely less than two characters: for what may be spent it is better to count too many. */
const tokensOf = (text: string): number => Math.ceil(text.length / 2);
/** An image is at most as many tokens with the models of today. */
const IMAGE_TOKENS = 5_000;

const mostTokens = ({ system = '', messages, tools }: ChatRequest): number => {
  const images = messages.flatMap(({ parts }) => parts).filter(({ kind }) => kind === 'image').length;
  const texts = messages
    .map(({ parts }) => JSON.stringify(parts.filter(({ kind }) => kind !== 'image')))
    .join('');
  return tokensOf(system + texts + JSON.stringify(tools ?? '')) + images * IMAGE_TOKENS;
};
