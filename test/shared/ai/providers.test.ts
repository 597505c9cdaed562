import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../engine/ai/port.ts';
import { makeEgress } from '../../../shared/adapters/egress.ts';
import { systemClock } from '../../../shared/adapters/system.ts';
import type { AiModel } from '../../../shared/ai/model.ts';
import { modelConfiguration } from '../../../shared/ai/model-configuration.ts';
import { openProviders } from '../../../shared/ai/providers.ts';
import { completion, converse, type FakeServer, startFakeBedrock, startFakeOpenAi } from './fake-servers.ts';
import { mediaAnswer } from './media-answers.ts';

let bedrock: FakeServer;
let openAi: FakeServer;
const http = makeEgress({ allowedHosts: ['127.0.0.1'] });
const providers = openProviders({
  http,
  clock: systemClock,
  identityOf: async () => ({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
  }),
  hasOwnRole: false,
});

beforeAll(async () => {
  [bedrock, openAi] = [await startFakeBedrock(), await startFakeOpenAi()];
  process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = bedrock.url;
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME;
  await Promise.all([bedrock.stop(), openAi.stop(), http.close()]);
});

const signal = new AbortController().signal;
const aModel = (provider: string, overrides: Partial<AiModel> = {}): AiModel => ({
  id: 'aim_1',
  modelId: 'test.model-v1',
  provider,
  type: 'llm',
  createdBy: 'user_1',
  credential:
    provider === 'bedrock'
      ? { id: 'cred_1', type: 'aws', data: {}, allowedHosts: [] }
      : {
          id: 'cred_2',
          type: 'bearer',
          data: { token: 'sk-secret' },
          allowedHosts: [new URL(openAi.url).host],
        },
  configuration: modelConfiguration.parse({
    ...(provider === 'bedrock' ? {} : { baseUrl: `${openAi.url}/v1/` }),
    inputPricePerMillion: 3,
    outputPricePerMillion: 15,
    cachedPricePerMillion: 0.3,
  }),
  ...overrides,
});

const ask = async (provider: string, request: Partial<ChatRequest> = {}, about: Partial<AiModel> = {}) => {
  const { chat } = (await providers[provider]?.()) ?? {};
  if (!chat) throw new Error('It does not chat.');
  return chat(aModel(provider, about), {
    model: 'aim_1',
    system: 'Be brief.',
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
    maxTokens: 100,
    signal,
    ...request,
  });
};

const tools = [
  { name: 'look', description: 'Looks.', schema: { type: 'object', properties: { at: { type: 'string' } } } },
];
const withTools: Partial<ChatRequest> = {
  tools,
  toolChoice: { name: 'look' },
  isCached: true,
  temperature: 0,
  messages: [
    {
      role: 'user',
      parts: [
        { kind: 'image', mediaType: 'image/png', bytes: Buffer.from('png') },
        { kind: 'text', text: 'Look' },
      ],
    },
    { role: 'assistant', parts: [{ kind: 'toolUse', id: 'u1', name: 'look', input: { at: 'sky' } }] },
    { role: 'user', parts: [{ kind: 'toolResult', id: 'u1', content: ['blue'], isError: false }] },
  ],
};

describe('bedrock', () => {
  it('speaks Converse, with system, tools, pictures, results and cache points', async () => {
    bedrock.answer(() =>
      converse(
        [{ text: 'Hello' }, { toolUse: { toolUseId: 'u2', name: 'look', input: { at: 'sea' } } }],
        'tool_use',
        { cacheReadInputTokens: 50 },
      ),
    );
    const answer = await ask('bedrock', withTools);
    expect(answer).toEqual({
      parts: [
        { kind: 'text', text: 'Hello' },
        { kind: 'toolUse', id: 'u2', name: 'look', input: { at: 'sea' } },
      ],
      stop: 'tools',
      usage: {
        inputTokens: 150,
        outputTokens: 20,
        cachedTokens: 50,
        costUsd: expect.closeTo((100 * 3 + 50 * 0.3 + 20 * 15) / 1e6, 10),
      },
    });
    const asked = bedrock.asked.at(-1);
    expect(asked?.path).toBe('/model/test.model-v1/converse');
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
      inferenceConfig: { maxTokens: 100, temperature: 0 },
      toolConfig: {
        tools: [
          { toolSpec: { name: 'look', description: 'Looks.', inputSchema: { json: tools[0]?.schema } } },
          { cachePoint: { type: 'default' } },
        ],
        toolChoice: { tool: { name: 'look' } },
      },
      messages: [
        {
          role: 'user',
          content: [{ image: { format: 'png', source: { bytes: 'cG5n' } } }, { text: 'Look' }],
        },
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'u1', name: 'look', input: { at: 'sky' } } }],
        },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'u1', content: [{ json: { result: ['blue'] } }], status: 'success' } },
          ],
        },
      ],
    });
  });

  it.each([
    ['end_turn', 'end'],
    ['max_tokens', 'length'],
    ['guardrail_intervened', 'refused'],
    ['content_filtered', 'refused'],
  ])('ends with %s as %s', async (stopReason, stop) => {
    bedrock.answer(() => converse([{ text: 'x' }], stopReason));
    expect((await ask('bedrock')).stop).toBe(stop);
  });

  it.each([
    ['ThrottlingException', 429, 'ai.throttled', true],
    ['AccessDeniedException', 403, 'ai.denied', false],
    ['ValidationException', 400, 'ai.invalidRequest', false],
    ['ResourceNotFoundException', 404, 'ai.noModel', false],
    ['InternalServerException', 500, 'ai.failed', true],
  ])(
    'refuses with %s',
    async (name, status, code, retryable) => {
      bedrock.answer(() => ({ status, headers: { 'x-amzn-errortype': name }, body: { message: 'no' } }));
      await expect(ask('bedrock')).rejects.toMatchObject({ code, retryable });
    },
    20_000,
  );

  it('gives what is no JSON, or no message, as a failure that may pass', async () => {
    bedrock.answer(() => ({ body: '{"output": {' }));
    await expect(ask('bedrock')).rejects.toMatchObject({ code: 'ai.failed', retryable: true });
    bedrock.answer(() => ({ body: { stopReason: 'end_turn' } }));
    await expect(ask('bedrock')).rejects.toMatchObject({ code: 'ai.failed', retryable: true });
  });

  it('embeds with Titan and Cohere, and makes pictures', async () => {
    const { embed, image } = (await providers.bedrock?.()) ?? {};
    bedrock.answer(({ body }) => ({
      body: { embedding: [String(JSON.parse(body).inputText).length], inputTextTokenCount: 2 },
    }));
    const titan = await embed?.(aModel('bedrock', { modelId: 'amazon.titan-embed-text-v2:0' }), {
      model: '',
      texts: ['a', 'bb'],
      signal,
    });
    expect(titan).toMatchObject({ vectors: [[1], [2]], usage: { inputTokens: 4 } });
    bedrock.answer(() => ({ body: { embeddings: { float: [[1], [2]] } } }));
    const cohere = await embed?.(aModel('bedrock', { modelId: 'eu.cohere.embed-multilingual-v3' }), {
      model: '',
      texts: ['a', 'bb'],
      signal,
    });
    expect(cohere?.vectors).toEqual([[1], [2]]);
    bedrock.answer(() => ({ body: { images: [Buffer.from('png').toString('base64')] } }));
    const made = await image?.(aModel('bedrock', { modelId: 'amazon.nova-canvas-v1:0' }), {
      model: '',
      prompt: 'x',
      width: 512,
      height: 512,
      signal,
    });
    expect(Buffer.from(made?.bytes ?? []).toString()).toBe('png');
    await expect(
      embed?.(aModel('bedrock', { modelId: 'other.model' }), { model: '', texts: ['a'], signal }),
    ).rejects.toMatchObject({ code: 'ai.notOffered' });
  });
});

describe('openai-compatible', () => {
  const refusing = (field: string) => ({
    status: 400,
    body: { error: { message: `Unsupported parameter. See '${field}'.`, type: 'invalid_request_error' } },
  });
  const bodiesSince = (count: number) => openAi.asked.slice(count).map(({ body }) => JSON.parse(body));

  it('names the longest answer anew for models that ask for it, and from then on at once', async () => {
    const before = openAi.asked.length;
    openAi.answer(({ body }) =>
      'max_tokens' in JSON.parse(body) ? refusing('max_completion_tokens') : completion({ content: 'x' }),
    );
    for (const _time of [1, 2]) await ask('openai-compatible', {}, { id: 'aim_newer' });
    expect(bodiesSince(before).map((body) => [body.max_tokens, body.max_completion_tokens])).toEqual([
      [100, undefined],
      [undefined, 100],
      [undefined, 100],
    ]);
  });

  it('gets a picture from models that know no form to ask for', async () => {
    openAi.answer(({ body }) =>
      'response_format' in JSON.parse(body)
        ? refusing('response_format')
        : { body: { data: [{ b64_json: Buffer.from('png').toString('base64') }] } },
    );
    const { image } = (await providers['openai-compatible']?.()) ?? {};
    const asked = { model: '', prompt: 'x', width: 512, height: 512, signal };
    const made = await image?.(aModel('openai-compatible'), asked);
    expect(Buffer.from(made?.bytes ?? []).toString()).toBe('png');
  });

  it('speaks chat completions, with its credential', async () => {
    const call = { id: 'u2', type: 'function', function: { name: 'look', arguments: '{"at":"sea"}' } };
    openAi.answer(() => completion({ content: 'Hello', tool_calls: [call] }, 'tool_calls'));
    const answer = await ask('openai-compatible', withTools);
    expect(answer).toMatchObject({
      parts: [
        { kind: 'text', text: 'Hello' },
        { kind: 'toolUse', id: 'u2', name: 'look', input: { at: 'sea' } },
      ],
      stop: 'tools',
      usage: { inputTokens: 100, outputTokens: 20, cachedTokens: 40 },
    });
    const asked = openAi.asked.at(-1);
    expect(asked).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-secret' },
    });
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({
      model: 'test.model-v1',
      max_tokens: 100,
      tool_choice: { type: 'function', function: { name: 'look' } },
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,cG5n' } },
            { type: 'text', text: 'Look' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'u1', function: { name: 'look', arguments: '{"at":"sky"}' } }],
        },
        { role: 'tool', tool_call_id: 'u1', content: '["blue"]' },
      ],
    });
  });

  it('keeps what a tool was asked for even where it is no JSON', async () => {
    openAi.answer(() =>
      completion(
        { tool_calls: [{ id: 'u', function: { name: 'look', arguments: '{"at":' } }] },
        'tool_calls',
      ),
    );
    expect((await ask('openai-compatible')).parts).toEqual([
      { kind: 'toolUse', id: 'u', name: 'look', input: null, malformed: '{"at":' },
    ]);
  });

  it.each([
    [completion({ content: 'x' }, 'length'), 'length'],
    [completion({ content: 'x' }, 'content_filter'), 'refused'],
    [completion({ content: null, refusal: 'I will not' }), 'refused'],
  ])('ends as %#', async (reply, stop) => {
    openAi.answer(() => reply);
    expect((await ask('openai-compatible')).stop).toBe(stop);
  });

  it.each([
    [429, 'ai.throttled', true],
    [401, 'ai.denied', false],
    [400, 'ai.invalidRequest', false],
    [503, 'ai.failed', true],
  ])('refuses with %i', async (status, code, retryable) => {
    openAi.answer(() => ({ status, headers: { 'retry-after': '7' }, body: { error: 'no' } }));
    await expect(ask('openai-compatible')).rejects.toMatchObject({ code, retryable, retryAfter: 7 });
  });

  it.each(['not json', '{"choices":[]}'])('gives %s as a failure that may pass', async (body) => {
    openAi.answer(() => ({ body }));
    await expect(ask('openai-compatible')).rejects.toMatchObject({ code: 'ai.failed', retryable: true });
  });

  it('takes long answers', async () => {
    openAi.answer(() => completion({ content: 'x'.repeat(200_000) }));
    expect((await ask('openai-compatible')).parts[0]).toMatchObject({ text: 'x'.repeat(200_000) });
  });

  it('embeds, makes pictures, speaks and writes down', async () => {
    const { embed, image, speak, transcribe } = (await providers['openai-compatible']?.()) ?? {};
    const model = aModel('openai-compatible');
    openAi.answer(() => ({
      body: {
        data: [
          { index: 1, embedding: [2] },
          { index: 0, embedding: [1] },
        ],
        usage: { prompt_tokens: 3 },
      },
    }));
    expect((await embed?.(model, { model: '', texts: ['a', 'b'], signal }))?.vectors).toEqual([[1], [2]]);
    openAi.answer(async (asked) => (await mediaAnswer(asked)) ?? null);
    const made = await image?.(model, { model: '', prompt: 'x', width: 64, height: 64, signal });
    expect(Buffer.from(made?.bytes ?? []).toString()).toBe('64x64');
    const spoken = await speak?.(model, { model: '', text: 'x', voice: 'v', format: 'mp3', signal });
    expect(spoken?.mediaType).toBe('audio/mpeg');
    expect(Buffer.from(spoken?.bytes ?? []).toString()).toBe('v: x');
    const written = await transcribe?.(model, {
      model: '',
      bytes: Buffer.from('good morning'),
      fileName: 'a.wav',
      mediaType: 'audio/wav',
      language: 'en',
      signal,
    });
    expect(written?.text).toBe('good morning');
    expect(openAi.asked.at(-1)?.body).toMatch(
      /name="file"; filename="a.wav"[\s\S]*good morning[\s\S]*name="language"[\s\S]*en/,
    );
  });

  it('sends its key to no other host', async () => {
    const { chat } = (await providers['openai-compatible']?.()) ?? {};
    const model = aModel('openai-compatible');
    const elsewhere = {
      ...model,
      configuration: { ...model.configuration, baseUrl: 'https://evil.example/v1' },
    };
    await expect(chat?.(elsewhere, { model: '', messages: [], maxTokens: 1, signal })).rejects.toMatchObject({
      code: 'http.hostNotAllowed',
    });
  });
});
