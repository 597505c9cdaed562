import type { JsonObject } from '../../../engine/item.ts';
import type { AiModel } from '../../../shared/ai/model.ts';
import type { Reply } from './exchange.ts';
import { completion, converse, type FakeServer, startFakeBedrock, startFakeOpenAi } from './fake-servers.ts';

/** How a provider's server says what every model may say. */
export interface Dialect {
  readonly provider: 'bedrock' | 'openai-compatible';
  readonly start: () => Promise<FakeServer>;
  /** The ids of models of each type that its server has. */
  readonly models: Readonly<Partial<Record<AiModel['type'], string>>>;
  readonly says: (text: string) => Reply;
  readonly uses: (name: string, input: JsonObject) => Reply;
  /** Several tools at once, with a word before. */
  readonly usesAll: (says: string, ...uses: readonly (readonly [name: string, input: JsonObject])[]) => Reply;
  /** The use of a tool that was cut at the longest answer allowed. */
  readonly cut: (name: string, input: JsonObject) => Reply;
  readonly refuses: () => Reply;
  readonly busy: () => Reply;
  /** What it was told of tools it has used, in the order of the conversation. */
  readonly resultsIn: (body: JsonObject) => readonly string[];
  readonly systemIn: (body: JsonObject) => string;
}

const callOf = (name: string, args: string): JsonObject => ({
  id: `use-${name}`,
  type: 'function',
  function: { name, arguments: args },
});
const call = (name: string, args: string): JsonObject => ({ tool_calls: [callOf(name, args)] });
const use = (name: string, input: JsonObject): JsonObject => ({
  toolUse: { toolUseId: `use-${name}`, name, input },
});
const messagesOf = (body: JsonObject) => body.messages as readonly JsonObject[];

export const BEDROCK: Dialect = {
  provider: 'bedrock',
  start: startFakeBedrock,
  models: {
    llm: 'test.model-v1',
    embedding: 'amazon.titan-embed-text-v2:0',
    image: 'amazon.nova-canvas-v1:0',
  },
  says: (text) => converse([{ text }]),
  uses: (name, input) => converse([use(name, input)], 'tool_use'),
  usesAll: (text, ...uses) => converse([{ text }, ...uses.map((each) => use(...each))], 'tool_use'),
  cut: (name, input) => converse([use(name, input)], 'max_tokens'),
  refuses: () => converse([{ text: 'No.' }], 'guardrail_intervened'),
  busy: () => ({
    status: 429,
    headers: { 'x-amzn-errortype': 'ThrottlingException' },
    body: { message: 'Too many requests' },
  }),
  resultsIn: (body) =>
    messagesOf(body).flatMap(({ content }) =>
      (content as readonly JsonObject[]).flatMap(({ toolResult }) =>
        toolResult === undefined ? [] : [JSON.stringify((toolResult as JsonObject).content)],
      ),
    ),
  systemIn: ({ system = [] }) =>
    (system as readonly JsonObject[]).flatMap(({ text = '' }) => String(text)).join(''),
};

export const OPEN_AI: Dialect = {
  provider: 'openai-compatible',
  start: startFakeOpenAi,
  models: {
    llm: 'test.model-v1',
    embedding: 'text-embedding-3-small',
    image: 'gpt-image-1',
    audio: 'gpt-4o-transcribe',
  },
  says: (content) => completion({ content }),
  uses: (name, input) => completion(call(name, JSON.stringify(input)), 'tool_calls'),
  usesAll: (content, ...uses) =>
    completion(
      { content, tool_calls: uses.map(([name, input]) => callOf(name, JSON.stringify(input))) },
      'tool_calls',
    ),
  cut: (name, input) => completion(call(name, JSON.stringify(input).slice(0, -10)), 'length'),
  refuses: () => completion({ content: null, refusal: 'No.' }),
  busy: () => ({ status: 429, body: { error: { message: 'Too many requests' } } }),
  resultsIn: (body) =>
    messagesOf(body).flatMap(({ role, content }) => (role === 'tool' ? [String(content)] : [])),
  systemIn: (body) =>
    messagesOf(body)
      .flatMap(({ role, content }) => (role === 'system' ? [String(content)] : []))
      .join(''),
};
