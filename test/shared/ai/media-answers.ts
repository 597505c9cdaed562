import type { JsonObject } from '../../../engine/item.ts';
import type { Asked, Reply } from './exchange.ts';
import { recordingIn } from './media-rules.ts';

/**
 * What models say that give no text, in both dialects: something short that shows what was asked. A text's vector is its length
 * and 1, a picture is its size, and a recording says what its bytes do.
 */
export const mediaAnswer = (asked: Asked): Promise<Reply> | Reply | undefined => {
  const [, answer] = ANSWERS.find(([path]) => path.test(asked.path)) ?? [];
  return answer?.(asked);
};

const ANSWERS: readonly (readonly [path: RegExp, (asked: Asked) => Promise<Reply> | Reply])[] = [
  [
    /\/embeddings$/,
    ({ body }) => {
      const { input } = JSON.parse(body) as { readonly input: readonly string[] };
      const data = input.map((text, index) => ({ index, embedding: vectorOf(text) }));
      return { body: { data, usage: { prompt_tokens: 1 } } };
    },
  ],
  [
    /\/images\/generations$/,
    ({ body }) => ({ body: { data: [{ b64_json: base64(String((JSON.parse(body) as JsonObject).size)) }] } }),
  ],
  [
    /\/audio\/speech$/,
    ({ body }) => {
      const { voice, input } = JSON.parse(body) as JsonObject;
      return { headers: { 'content-type': 'audio/mpeg' }, body: Buffer.from(`${voice}: ${input}`) };
    },
  ],
  [
    /\/audio\/transcriptions$/,
    async (asked) => ({ body: { text: (await (await recordingIn(asked))?.text()) ?? '' } }),
  ],
  [
    /\/model\/amazon\.titan-embed[^/]*\/invoke$/,
    ({ body }) => ({
      body: {
        embedding: vectorOf(String((JSON.parse(body) as JsonObject).inputText)),
        inputTextTokenCount: 1,
      },
    }),
  ],
  [
    /\/model\/amazon\.nova-canvas[^/]*\/invoke$/,
    ({ body }) => {
      const { imageGenerationConfig } = JSON.parse(body) as { readonly imageGenerationConfig: JsonObject };
      const { width, height } = imageGenerationConfig;
      return { body: { images: [base64(`${width}x${height}`)] } };
    },
  ],
];

const vectorOf = (text: string): number[] => [text.length, 1];
const base64 = (text: string): string => Buffer.from(text).toString('base64');
