import type { AiPort, ChatRequest } from '../../engine/ai/port.ts';
import type { Definition } from '../../engine/definition.ts';
import { NodeError } from '../../engine/errors.ts';
import { credentialsOf, type ResolverWorld } from '../credentials/resolve.ts';
import type { Stores } from '../store/stores.ts';
import { type Concessions, conceding } from './concessions.ts';
import { type AiModel, usageOf } from './model.ts';
import { modelConfiguration } from './model-configuration.ts';
import type { AiProvider } from './provider.ts';
import type { AiProviders } from './providers.ts';
import { makeSpending, type Spender } from './spending.ts';
import { wellFormed } from './well-formed.ts';

export interface AiWorld extends ResolverWorld {
  readonly stores: ResolverWorld['stores'] & Pick<Stores, 'aiModels' | 'aiUsage'>;
  readonly providers: AiProviders;
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

  const pay = makeSpending(aiUsage, spenders);

  return {
    chat: async (request) => {
      const model = await modelOf(request.model, ['llm', 'agent']);
      const chat = await provided(model, 'chat');
      const learnt: Concessions = conceded.get(model.id) ?? new Set();
      conceded.set(model.id, learnt);
      const told = { ...request, messages: wellFormed(request.messages) };
      return pay(paying(request, mostOfChat(model, told)), () =>
        conceding(told, learnt, (asked) => chat(model, asked)),
      );
    },
    embed: async (request) => {
      const model = await modelOf(request.model, ['embedding']);
      const embed = await provided(model, 'embed');
      const input = tokensOf(request.texts.join(''));
      return pay(paying(request, usageOf(model, { input, output: 0 }).costUsd), () => embed(model, request));
    },
    image: async (request) => {
      const model = await modelOf(request.model, ['image']);
      const image = await provided(model, 'image');
      const most = model.configuration.pricePerImage ?? null;
      return pay(paying(request, most), () => image(model, request));
    },
    speak: async (request) => {
      const model = await modelOf(request.model, ['audio']);
      const speak = await provided(model, 'speak');
      const input = tokensOf(request.text);
      return pay(paying(request, usageOf(model, { input, output: 0 }).costUsd), () => speak(model, request));
    },
    transcribe: async (request) => {
      const model = await modelOf(request.model, ['audio']);
      const transcribe = await provided(model, 'transcribe');
      const most = usageOf(model, { input: request.bytes.length, output: 0 }).costUsd;
      return pay(paying(request, most), () => transcribe(model, request));
    },
  };
};

const paying = ({ purse, signal }: Pick<ChatRequest, 'purse' | 'signal'>, most: number | null) => ({
  most,
  purse,
  signal,
});

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
