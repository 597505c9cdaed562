import type {
  BedrockRuntimeClient,
  ContentBlock,
  ConverseCommandInput,
  ConverseCommandOutput,
  InvokeModelCommandInput,
  Message,
} from '@aws-sdk/client-bedrock-runtime';
import type { ChatAnswer, ChatMessage, ChatPart, ChatRequest } from '../../engine/ai/port.ts';
import { NodeError } from '../../engine/errors.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import type { AwsIdentity } from '../adapters/aws/node-identity.ts';
import { isPassing, refusalName } from '../adapters/aws/refusal.ts';
import { embedding, image } from './bedrock-bodies.ts';
import { type AiModel, usageOf } from './model.ts';
import { type AiProvider, oddAnswer } from './provider.ts';

interface BedrockOptions {
  /** As whom a model is called; null: as the function itself, whose role may invoke the configured models and no others. */
  readonly identityOf: (model: AiModel) => Promise<AwsIdentity | null>;
}

/** The SDK tries again by itself before a node's own retries come in. */
const MOST_ATTEMPTS = 3;

/** Models of Amazon Bedrock: chats through Converse, which is the same for all, embeddings and images through InvokeModel. */
export const makeBedrock = ({ identityOf }: BedrockOptions): AiProvider => {
  const using = async <T>(model: AiModel, call: (client: BedrockRuntimeClient) => Promise<T>): Promise<T> => {
    const { BedrockRuntimeClient: Client } = await import('@aws-sdk/client-bedrock-runtime');
    const identity = await identityOf(model);
    const { region } = model.configuration;
    const client = new Client({ maxAttempts: MOST_ATTEMPTS, ...identity, ...(region && { region }) });
    try {
      return await call(client);
    } catch (thrown) {
      throw translated(model, thrown);
    } finally {
      client.destroy();
    }
  };

  const invoke = (model: AiModel, body: JsonObject, signal: AbortSignal): Promise<JsonObject> =>
    using(model, async (client) => {
      const { InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
      const input: InvokeModelCommandInput = {
        modelId: model.modelId,
        contentType: 'application/json',
        accept: 'application/json',
        body: JSON.stringify(body),
      };
      const answer = await client.send(new InvokeModelCommand(input), { abortSignal: within(model, signal) });
      return JSON.parse(new TextDecoder().decode(answer.body)) as JsonObject;
    });

  return {
    chat: (model, request) =>
      using(model, async (client) => {
        const { ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
        const command = new ConverseCommand(converseInput(model, request));
        return readConverse(
          model,
          await client.send(command, { abortSignal: within(model, request.signal) }),
        );
      }),
    embed: async (model, { texts, dimensions, signal }) => {
      const { bodies, read } = embedding(model, texts, dimensions);
      const answers: JsonObject[] = [];
      for (const body of bodies) answers.push(await invoke(model, body, signal));
      const { vectors, inputTokens } = read(answers);
      return { vectors, usage: usageOf(model, { input: inputTokens, output: 0 }) };
    },
    image: async (model, request) => {
      const { body, read } = image(model, request);
      const bytes = read(await invoke(model, body, request.signal));
      const usage = {
        inputTokens: 0,
        outputTokens: 0,
        cachedTokens: 0,
        costUsd: model.configuration.pricePerImage ?? null,
      };
      return { bytes, mediaType: 'image/png', usage };
    },
  };
};

const within = (model: AiModel, signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(model.configuration.timeoutSeconds * 1000)]);

const CACHE = { cachePoint: { type: 'default' } } as const;

const converseInput = (model: AiModel, request: ChatRequest): ConverseCommandInput => {
  const { system, tools, toolChoice, temperature, maxTokens, isCached } = request;
  const cache = isCached ? [CACHE] : [];
  return {
    modelId: model.modelId,
    messages: request.messages.map(messageOf),
    inferenceConfig: {
      maxTokens: Math.min(maxTokens, model.configuration.maxOutputTokens),
      ...(temperature !== undefined && { temperature }),
    },
    ...(system !== undefined && system !== '' && { system: [{ text: system }, ...cache] }),
    ...(tools &&
      tools.length > 0 && {
        toolConfig: {
          tools: [
            ...tools.map(({ name, description, schema }) => ({
              toolSpec: { name, description, inputSchema: { json: schema as never } },
            })),
            ...cache,
          ],
          toolChoice: CHOICES[typeof toolChoice === 'object' ? 'tool' : (toolChoice ?? 'auto')](toolChoice),
        },
      }),
  } as ConverseCommandInput;
};

const CHOICES = {
  auto: () => ({ auto: {} }),
  any: () => ({ any: {} }),
  tool: (choice: ChatRequest['toolChoice']) => ({
    tool: { name: typeof choice === 'object' ? choice.name : '' },
  }),
};

const messageOf = ({ role, parts }: ChatMessage): Message => ({ role, content: parts.map(blockOf) });

/** Converse takes no blank text. */
const NO_TEXT = '(no text)';

const blockOf = (part: ChatPart): ContentBlock => {
  if (part.kind === 'text') return { text: part.text };
  if (part.kind === 'image') {
    const format = part.mediaType.replace(/^image\//, '') as 'png';
    return { image: { format, source: { bytes: part.bytes } } };
  }
  if (part.kind === 'toolUse')
    return { toolUse: { toolUseId: part.id, name: part.name, input: asObject(part.input ?? {}) as never } };
  const content =
    typeof part.content === 'string'
      ? { text: part.content.trim() === '' ? NO_TEXT : part.content }
      : { json: asObject(part.content) as never };
  return {
    toolResult: { toolUseId: part.id, content: [content], status: part.isError ? 'error' : 'success' },
  };
};

/** Converse takes objects only. */
const asObject = (value: Json): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : { result: value };

const STOPS: Readonly<Record<string, ChatAnswer['stop']>> = {
  end_turn: 'end',
  stop_sequence: 'end',
  tool_use: 'tools',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  guardrail_intervened: 'refused',
  content_filtered: 'refused',
  refusal: 'refused',
};

const readConverse = (model: AiModel, answer: ConverseCommandOutput): ChatAnswer => {
  const content = answer.output?.message?.content;
  if (!content) throw oddAnswer(model, 'it holds no message');
  const parts = content.flatMap((block): ChatPart[] => {
    if (block.text !== undefined) return [{ kind: 'text', text: block.text }];
    if (!block.toolUse) return [];
    const { toolUseId = '', name = '', input } = block.toolUse;
    return [{ kind: 'toolUse', id: toolUseId, name, input: (input ?? {}) as Json }];
  });
  const {
    inputTokens = 0,
    outputTokens = 0,
    cacheReadInputTokens: cached = 0,
    cacheWriteInputTokens: written = 0,
  } = answer.usage ?? {};
  return {
    parts,
    stop: STOPS[answer.stopReason ?? ''] ?? 'end',
    // Converse counts what came out of the cache, and what went into it, apart.
    usage: usageOf(model, {
      input: inputTokens + cached + written,
      output: outputTokens,
      cached,
      written,
    }),
  };
};

const CODES: Readonly<Record<string, string>> = {
  ThrottlingException: 'ai.throttled',
  ServiceQuotaExceededException: 'ai.throttled',
  ModelNotReadyException: 'ai.throttled',
  AccessDeniedException: 'ai.denied',
  ResourceNotFoundException: 'ai.noModel',
  ValidationException: 'ai.invalidRequest',
};

const translated = (model: AiModel, thrown: unknown): unknown => {
  if (thrown instanceof NodeError) return thrown;
  const name = refusalName(thrown);
  const isTimeout = name === 'TimeoutError' || name === 'ModelTimeoutException';
  if (name === 'AbortError' && !isTimeout) return thrown;
  const code = CODES[name] ?? 'ai.failed';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new NodeError(code, `Bedrock, ${model.modelId}: ${name}: ${message}`, {
    retryable:
      code === 'ai.throttled' ||
      isTimeout ||
      isPassing(thrown) ||
      name.startsWith('ModelError') ||
      thrown instanceof SyntaxError,
    details: { error: name },
    cause: thrown,
  });
};
