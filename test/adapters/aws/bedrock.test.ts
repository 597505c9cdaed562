import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { bedrock } from '../../../shared/adapters/aws/bedrock.ts';
import { awsError } from './aws-error.ts';

const runtime = mockClient(BedrockRuntimeClient);
beforeEach(() => runtime.reset());

const models = bedrock(new BedrockRuntimeClient({ region: 'eu-west-1' }));
const signal = new AbortController().signal;
const request = {
  modelId: 'a.model-v1:0',
  messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }],
  inferenceConfig: { maxTokens: 200 },
};

describe('a model of Bedrock', () => {
  it('is sent the conversation as it is, with a limit', async () => {
    runtime.on(ConverseCommand).resolves({ stopReason: 'end_turn' });

    expect(await models.converse(request, signal)).toMatchObject({ stopReason: 'end_turn' });
    expect(runtime.commandCalls(ConverseCommand)[0]?.args[0].input).toEqual(request);
  });

  it('that does not converse is sent JSON and answers JSON', async () => {
    runtime.on(InvokeModelCommand).resolves({ body: Buffer.from('{"embedding":[1,2]}') as never });

    expect(await models.invoke('an.embedding-v1', { inputText: 'Hello' }, signal)).toEqual({
      embedding: [1, 2],
    });
    expect(runtime.commandCalls(InvokeModelCommand)[0]?.args[0].input).toEqual({
      modelId: 'an.embedding-v1',
      body: '{"inputText":"Hello"}',
      contentType: 'application/json',
      accept: 'application/json',
    });
  });

  it.each([
    ['ThrottlingException', 'ai.throttled', true],
    ['ServiceQuotaExceededException', 'ai.throttled', false],
    ['ModelTimeoutException', 'ai.unavailable', true],
    ['ModelNotReadyException', 'ai.unavailable', true],
    ['ServiceUnavailableException', 'ai.unavailable', true],
    ['InternalServerException', 'ai.unavailable', true],
    ['AccessDeniedException', 'ai.accessDenied', false],
    ['ResourceNotFoundException', 'ai.noSuchModel', false],
    ['ValidationException', 'ai.invalidRequest', false],
    ['ModelErrorException', 'ai.failed', false],
  ])('that refuses with %s fails its node with %s', async (name, code, retryable) => {
    runtime.on(ConverseCommand).rejects(awsError(name));

    await expect(models.converse(request, signal)).rejects.toMatchObject({
      code,
      retryable,
      message: expect.stringContaining('a.model-v1:0'),
    });
  });

  it('is let go of when its node is', async () => {
    const abort = new AbortController();
    runtime.on(ConverseCommand).callsFake(() => {
      abort.abort(new Error('cancelled'));
      throw awsError('AbortError');
    });

    await expect(models.converse(request, abort.signal)).rejects.toThrow('cancelled');
  });
});
