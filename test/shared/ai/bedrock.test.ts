import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../engine/ai/port.ts';
import { makeBedrock } from '../../../shared/ai/bedrock.ts';
import type { AiModel } from '../../../shared/ai/model.ts';
import { modelConfiguration } from '../../../shared/ai/model-configuration.ts';
import { awsError } from '../../adapters/aws/aws-error.ts';

const runtime = mockClient(BedrockRuntimeClient);
beforeEach(() => runtime.reset());

const { chat: converse, embed } = makeBedrock({ identityOf: async () => null });
const model: AiModel = {
  id: 'aim_1',
  modelId: 'a.model-v1:0',
  provider: 'bedrock',
  type: 'llm',
  configuration: modelConfiguration.parse({
    region: 'eu-west-1',
    inputPricePerMillion: 1,
    outputPricePerMillion: 5,
  }),
  credential: null,
  createdBy: 'usr_1',
};
const asked = (given: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'aim_1',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
  maxTokens: 200,
  signal: new AbortController().signal,
  ...given,
});
const chat = async (given: Partial<ChatRequest> = {}) => converse?.(model, asked(given));

describe('a chat with a model of Bedrock', () => {
  beforeEach(() => {
    runtime.on(ConverseCommand).resolves({
      output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 1_000, outputTokens: 200, totalTokens: 1_200 },
    });
  });

  it('is sent through Converse, always with a limit: without one the whole quota is reserved', async () => {
    await chat({ system: 'Be brief.' });

    expect(runtime.commandCalls(ConverseCommand)[0]?.args[0].input).toEqual({
      modelId: 'a.model-v1:0',
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      inferenceConfig: { maxTokens: 200 },
      system: [{ text: 'Be brief.' }],
    });
  });

  it('answers with what it took, and what that cost', async () => {
    expect(await chat()).toEqual({
      parts: [{ kind: 'text', text: 'Hi' }],
      stop: 'end',
      usage: { inputTokens: 1_000, outputTokens: 200, cachedTokens: 0, costUsd: 0.002 },
    });
  });

  it('counts what goes into the cache and what comes out of it, each at its price', async () => {
    runtime.on(ConverseCommand).resolves({
      output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
      stopReason: 'end_turn',
      usage: {
        inputTokens: 100,
        cacheReadInputTokens: 1_000,
        cacheWriteInputTokens: 4_000,
        outputTokens: 0,
        totalTokens: 5_100,
      },
    });
    const priced = {
      ...model,
      configuration: { ...model.configuration, cachedPricePerMillion: 0.1 },
    };
    const answer = await converse?.(priced, asked());
    expect(answer?.usage).toMatchObject({ inputTokens: 5_100, cachedTokens: 1_000 });
    expect(answer?.usage.costUsd).toBeCloseTo((100 + 1.25 * 4_000 + 0.1 * 1_000) / 1e6, 9);
  });

  it.each([
    ['ThrottlingException', 400, 'ai.throttled', true],
    ['ServiceQuotaExceededException', 400, 'ai.throttled', true],
    ['ModelNotReadyException', 429, 'ai.throttled', true],
    ['ModelTimeoutException', 408, 'ai.failed', true],
    ['ServiceUnavailableException', 503, 'ai.failed', true],
    ['InternalServerException', 500, 'ai.failed', true],
    ['ModelErrorException', 424, 'ai.failed', true],
    ['AccessDeniedException', 403, 'ai.denied', false],
    ['ResourceNotFoundException', 404, 'ai.noModel', false],
    ['ValidationException', 400, 'ai.invalidRequest', false],
  ])('that is refused with %s fails its node', async (name, status, code, retryable) => {
    runtime.on(ConverseCommand).rejects(awsError(name, status));

    await expect(chat()).rejects.toMatchObject({
      code,
      retryable,
      message: expect.stringContaining('a.model-v1:0'),
    });
  });
});

describe('a model of Bedrock that does not converse', () => {
  it('is sent the body of its maker, and read as it answers', async () => {
    const embedder: AiModel = { ...model, type: 'embedding', modelId: 'amazon.titan-embed-text-v2:0' };
    runtime
      .on(InvokeModelCommand)
      .resolves({ body: Buffer.from('{"embedding":[1,2],"inputTextTokenCount":3}') as never });

    const answer = await embed?.(embedder, {
      model: 'aim_1',
      texts: ['Hello'],
      signal: asked().signal,
    });

    expect(answer?.vectors).toEqual([[1, 2]]);
    const input = runtime.commandCalls(InvokeModelCommand)[0]?.args[0].input;
    expect(input).toMatchObject({ modelId: 'amazon.titan-embed-text-v2:0', contentType: 'application/json' });
    expect(JSON.parse(String(input?.body))).toMatchObject({ inputText: 'Hello' });
  });
});
