import type { ChatAnswer, ChatMessage, ChatPart, ChatRequest } from '../../engine/ai/port.ts';
import { authenticate } from '../../engine/credentials/authenticate.ts';
import { NodeError } from '../../engine/errors.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { retryAfterOf } from '../../engine/nodes/http/status-error.ts';
import type { Clock, HttpPort, HttpResponse } from '../../engine/ports.ts';
import { type AiModel, usageOf } from './model.ts';
import { type AiProvider, oddAnswer } from './provider.ts';

const MOST_BYTES = 32 * 1024 * 1024;

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** Servers that speak OpenAI's API: hosted ones, and Ollama, llama.cpp, vLLM and the like on one's own machines. */
export const makeOpenAiCompatible = (http: HttpPort, clock: Pick<Clock, 'now'>): AiProvider => {
  const send = async (model: AiModel, { path, headers, body, signal }: Sent): Promise<HttpResponse> => {
    const { baseUrl, timeoutSeconds } = model.configuration;
    if (baseUrl === undefined)
      throw new NodeError('ai.noModel', `The model ${model.modelId} has no baseUrl in its configuration.`);
    const request = {
      method: 'POST',
      url: `${baseUrl.replace(/\/$/, '')}${path}`,
      headers,
      body,
      maxRedirects: 0,
      timeoutMilliseconds: timeoutSeconds * 1000,
      maxResponseBytes: MOST_BYTES,
      signal,
    };
    const response = await http.request(model.credential ? authenticate(request, model.credential) : request);
    if (response.status >= 400) throw statusError(model, response, clock.now());
    return response;
  };

  const ask = async (
    model: AiModel,
    path: string,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonObject> => {
    const headers = { 'content-type': 'application/json' };
    const response = await send(model, { path, headers, body: JSON.stringify(body), signal });
    try {
      return JSON.parse(new TextDecoder().decode(response.body)) as JsonObject;
    } catch {
      throw oddAnswer(model, 'it is no JSON');
    }
  };

  /** Models that call the longest answer by its newer name, and refuse the older one, which is all that other servers know. */
  const renamed = new Set<string>();
  const chat = async (model: AiModel, request: ChatRequest): Promise<ChatAnswer> => {
    const limit = renamed.has(model.id) ? 'max_completion_tokens' : 'max_tokens';
    try {
      const body = chatBody(model, request, limit);
      return readChat(model, await ask(model, '/chat/completions', body, request.signal));
    } catch (thrown) {
      if (renamed.has(model.id) || !isRefusalOf('max_completion_tokens', thrown)) throw thrown;
      renamed.add(model.id);
      return chat(model, request);
    }
  };

  return {
    chat,
    embed: async (model, { texts, dimensions, signal }) => {
      const body = { model: model.modelId, input: texts, ...(dimensions !== undefined && { dimensions }) };
      const answer = await ask(model, '/embeddings', body, signal);
      const rows = (Array.isArray(answer.data) ? answer.data : []) as readonly JsonObject[];
      const vectors = rows
        .toSorted((one, other) => Number(one.index) - Number(other.index))
        .map(({ embedding }) => embedding);
      if (vectors.length !== texts.length || !vectors.every(Array.isArray))
        throw oddAnswer(model, 'not a vector for each text');
      const tokens = Number((answer.usage as JsonObject | undefined)?.prompt_tokens ?? 0);
      return {
        vectors: vectors as unknown as number[][],
        usage: usageOf(model, { input: tokens, output: 0 }),
      };
    },
    image: async (model, { prompt, width, height, signal }) => {
      const body = { model: model.modelId, prompt, n: 1, size: `${width}x${height}` };
      const answer = await ask(
        model,
        '/images/generations',
        { ...body, response_format: 'b64_json' },
        signal,
      ).catch((thrown: unknown) => {
        // Models that give nothing else do not know the field.
        if (!isRefusalOf('response_format', thrown)) throw thrown;
        return ask(model, '/images/generations', body, signal);
      });
      const [made] = (Array.isArray(answer.data) ? answer.data : []) as readonly JsonObject[];
      if (typeof made?.b64_json !== 'string') throw oddAnswer(model, 'it holds no image');
      return {
        bytes: Buffer.from(made.b64_json, 'base64'),
        mediaType: 'image/png',
        usage: {
          inputTokens: 0,
          outputTokens: 0,
          cachedTokens: 0,
          costUsd: model.configuration.pricePerImage ?? null,
        },
      };
    },
    speak: async (model, { text, voice, format, signal }) => {
      const body = JSON.stringify({ model: model.modelId, input: text, voice, response_format: format });
      const headers = { 'content-type': 'application/json' };
      const response = await send(model, { path: '/audio/speech', headers, body, signal });
      const mediaType = response.headers['content-type'] ?? `audio/${format}`;
      return {
        bytes: response.body,
        mediaType,
        usage: usageOf(model, { input: Math.ceil(text.length / 4), output: 0 }),
      };
    },
    transcribe: async (model, { bytes, fileName, mediaType, language, signal }) => {
      const form = new FormData();
      form.set('model', model.modelId);
      form.set('file', new File([Uint8Array.from(bytes)], fileName, { type: mediaType }));
      if (language !== undefined) form.set('language', language);
      const { headers, body } = await encodedForm(form);
      const response = await send(model, { path: '/audio/transcriptions', headers, body, signal });
      const { text, usage } = parsed(new TextDecoder().decode(response.body)) as JsonObject;
      if (typeof text !== 'string') throw oddAnswer(model, 'it holds no text');
      const { input_tokens: input = 0, output_tokens: output = 0 } = (usage ?? {}) as JsonObject;
      return { text, usage: usageOf(model, { input: Number(input), output: Number(output) }) };
    },
  };
};

/** Whether a server did not take a request because of a field, or for want of one. */
const isRefusalOf = (field: string, thrown: unknown): boolean => {
  const { code, message } = NodeError.from(thrown);
  return code === 'ai.invalidRequest' && message.includes(field);
};

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
};

const encodedForm = async (form: FormData) => {
  const response = new Response(form);
  return {
    headers: { 'content-type': response.headers.get('content-type') ?? '' },
    body: new Uint8Array(await response.arrayBuffer()),
  };
};

const chatBody = (model: AiModel, request: ChatRequest, limit: string): JsonObject => {
  const { system, messages, tools, toolChoice, temperature, maxTokens } = request;
  return {
    model: model.modelId,
    [limit]: Math.min(maxTokens, model.configuration.maxOutputTokens),
    ...(temperature !== undefined && { temperature }),
    messages: [
      ...(system !== undefined && system !== '' ? [{ role: 'system', content: system }] : []),
      ...messages.flatMap(messagesOf),
    ],
    ...(tools &&
      tools.length > 0 && {
        tools: tools.map(({ name, description, schema }) => ({
          type: 'function',
          function: { name, description, parameters: schema },
        })),
        tool_choice: choiceOf(toolChoice),
      }),
  };
};

const choiceOf = (choice: ChatRequest['toolChoice']): Json => {
  if (typeof choice === 'object') return { type: 'function', function: { name: choice.name } };
  return choice === 'any' ? 'required' : 'auto';
};

/** Results of tools are messages of their own here. */
const messagesOf = ({ role, parts }: ChatMessage): JsonObject[] => {
  const results = parts.flatMap((part): JsonObject[] =>
    part.kind === 'toolResult'
      ? [
          {
            role: 'tool',
            tool_call_id: part.id,
            content: typeof part.content === 'string' ? part.content : JSON.stringify(part.content),
          },
        ]
      : [],
  );
  const calls = parts.flatMap((part): JsonObject[] =>
    part.kind === 'toolUse'
      ? [
          {
            id: part.id,
            type: 'function',
            // What was no JSON is left out: some servers read the arguments again, and fail.
            function: { name: part.name, arguments: JSON.stringify(part.input ?? {}) },
          },
        ]
      : [],
  );
  const content = parts.flatMap((part): JsonObject[] => {
    if (part.kind === 'text') return [{ type: 'text', text: part.text }];
    if (part.kind !== 'image') return [];
    const data = Buffer.from(part.bytes).toString('base64');
    return [{ type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${data}` } }];
  });
  const text = content.every(({ type }) => type === 'text')
    ? content.map(({ text: each }) => each).join('\n')
    : content;
  const own = content.length > 0 || calls.length > 0;
  return [
    ...results,
    ...(own
      ? [
          {
            role,
            content: content.length === 0 ? null : text,
            ...(calls.length > 0 && { tool_calls: calls }),
          },
        ]
      : []),
  ];
};

const STOPS: Readonly<Record<string, ChatAnswer['stop']>> = {
  stop: 'end',
  tool_calls: 'tools',
  function_call: 'tools',
  length: 'length',
  content_filter: 'refused',
};

const readChat = (model: AiModel, answer: JsonObject): ChatAnswer => {
  const [choice] = (Array.isArray(answer.choices) ? answer.choices : []) as readonly JsonObject[];
  const message = choice?.message as JsonObject | undefined;
  if (!message) throw oddAnswer(model, 'it holds no message');
  const calls = (Array.isArray(message.tool_calls) ? message.tool_calls : []) as readonly JsonObject[];
  const refusal = typeof message.refusal === 'string' && message.refusal !== '' ? message.refusal : null;
  const text = refusal ?? (typeof message.content === 'string' ? message.content : '');
  const {
    prompt_tokens: input = 0,
    completion_tokens: output = 0,
    prompt_tokens_details: details,
  } = (answer.usage ?? {}) as JsonObject;
  return {
    parts: [...(text === '' ? [] : [{ kind: 'text', text } as const]), ...calls.map(toolUseOf)],
    stop:
      refusal === null
        ? (STOPS[String(choice?.finish_reason)] ?? (calls.length > 0 ? 'tools' : 'end'))
        : 'refused',
    usage: usageOf(model, {
      input: Number(input),
      output: Number(output),
      cached: Number((details as JsonObject | undefined)?.cached_tokens ?? 0),
    }),
  };
};

const toolUseOf = (call: JsonObject, index: number): ChatPart => {
  const { name = '', arguments: written = '{}' } = (call.function ?? {}) as JsonObject;
  const about = { kind: 'toolUse' as const, id: String(call.id ?? `call-${index}`), name: String(name) };
  // Some servers send the object itself.
  if (typeof written !== 'string') return { ...about, input: written };
  try {
    return { ...about, input: JSON.parse(written) as Json };
  } catch {
    return { ...about, input: null, malformed: written };
  }
};

const statusError = (model: AiModel, { status, headers, body }: HttpResponse, now: number): NodeError => {
  const text = new TextDecoder().decode(body.subarray(0, 2_000));
  const code = CODES[status] ?? 'ai.failed';
  return new NodeError(code, `${model.modelId}: the server answered ${status}: ${text}`, {
    retryable: status === 429 || status >= 500,
    retryAfter: retryAfterOf(headers['retry-after'], now),
    details: { status },
  });
};

const CODES: Readonly<Record<number, string>> = {
  400: 'ai.invalidRequest',
  401: 'ai.denied',
  403: 'ai.denied',
  404: 'ai.noModel',
  422: 'ai.invalidRequest',
  429: 'ai.throttled',
};
