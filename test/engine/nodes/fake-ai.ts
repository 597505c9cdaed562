import type { AiPort, ChatAnswer, ChatPart, ChatRequest } from '../../../engine/ai/port.ts';
import { NodeError } from '../../../engine/errors.ts';
import type { Json } from '../../../engine/item.ts';

const USAGE = { inputTokens: 10, outputTokens: 5, cachedTokens: 0, costUsd: 0.001 };

export const says = (text: string, stop: ChatAnswer['stop'] = 'end'): ChatAnswer => ({
  parts: [{ kind: 'text', text }],
  stop,
  usage: USAGE,
});

export const uses = (...calls: readonly (readonly [name: string, input: Json])[]): ChatAnswer => ({
  parts: calls.map(
    ([name, input], index): ChatPart => ({ kind: 'toolUse', id: `use-${index}`, name, input }),
  ),
  stop: 'tools',
  usage: USAGE,
});

export type Script = ChatAnswer | NodeError | ((request: ChatRequest) => ChatAnswer);

/** A model that answers as it is told, one answer after the other; the last one is given again. Keeps what it was asked. */
export const fakeAi = (...script: readonly Script[]) => {
  const asked: ChatRequest[] = [];
  const nothing = async () => Promise.reject(new NodeError('ai.notOffered', 'Not here.'));
  const ai: AiPort = {
    chat: async (request) => {
      asked.push(structuredClone({ ...request, signal: undefined }) as unknown as ChatRequest);
      const next = script[Math.min(asked.length, script.length) - 1];
      if (next instanceof NodeError) throw next;
      if (!next) throw new Error('The model has nothing to say.');
      return typeof next === 'function' ? next(request) : next;
    },
    embed: async ({ texts }) => ({ vectors: texts.map((text) => [text.length, 1]), usage: USAGE }),
    image: async ({ width, height }) => ({
      bytes: Buffer.from(`${width}x${height}`),
      mediaType: 'image/png',
      usage: USAGE,
    }),
    speak: async ({ text, voice }) => ({
      bytes: Buffer.from(`${voice}: ${text}`),
      mediaType: 'audio/mpeg',
      usage: USAGE,
    }),
    transcribe: async ({ bytes }) => ({ text: Buffer.from(bytes).toString(), usage: USAGE }),
  };
  return { ai, asked, silent: { ...ai, chat: nothing } };
};
