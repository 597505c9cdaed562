import type { ImageRequest } from '../../engine/ai/port.ts';
import { NodeError } from '../../engine/errors.ts';
import type { JsonObject } from '../../engine/item.ts';
import type { AiModel } from './model.ts';
import { oddAnswer } from './provider.ts';

interface Embedding {
  readonly bodies: readonly JsonObject[];
  readonly read: (answers: readonly JsonObject[]) => { vectors: number[][]; inputTokens: number };
}

const vectorIn = (model: AiModel, value: unknown): number[] => {
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
  throw oddAnswer(model, 'it holds no vector');
};

/** Some four characters make a token, where a provider does not count. */
const tokensIn = (texts: readonly string[]): number => Math.ceil(texts.join('').length / 4);
const COHERE_AT_ONCE = 96;

/** By the beginning of a model's id, without the area of an inference profile: how each family takes texts ("Bedrock User Guide", model parameters). */
const EMBEDDINGS: Readonly<
  Record<string, (model: AiModel, texts: readonly string[], dimensions: number | undefined) => Embedding>
> = {
  'amazon.titan-embed': (model, texts, dimensions) => ({
    bodies: texts.map((inputText) => ({ inputText, ...(dimensions !== undefined && { dimensions }) })),
    read: (answers) => ({
      vectors: answers.map(({ embedding }) => vectorIn(model, embedding)),
      inputTokens: answers.reduce(
        (sum, { inputTextTokenCount }) => sum + Number(inputTextTokenCount ?? 0),
        0,
      ),
    }),
  }),
  'cohere.embed': (model, texts) => ({
    bodies: Array.from({ length: Math.ceil(texts.length / COHERE_AT_ONCE) }, (_, at) => ({
      texts: texts.slice(at * COHERE_AT_ONCE, (at + 1) * COHERE_AT_ONCE),
      input_type: 'search_document',
      embedding_types: ['float'],
    })),
    read: (answers) => ({
      vectors: answers.flatMap(({ embeddings }) => {
        const found = Array.isArray(embeddings) ? embeddings : (embeddings as JsonObject | undefined)?.float;
        if (!Array.isArray(found)) throw oddAnswer(model, 'it holds no vectors');
        return found.map((vector) => vectorIn(model, vector));
      }),
      inputTokens: tokensIn(texts),
    }),
  }),
};

interface Image {
  readonly body: JsonObject;
  readonly read: (answer: JsonObject) => Uint8Array;
}

const firstImage =
  (model: AiModel) =>
  (answer: JsonObject): Uint8Array => {
    const [image] = Array.isArray(answer.images) ? answer.images : [];
    if (typeof image === 'string') return Buffer.from(image, 'base64');
    throw oddAnswer(model, String(answer.error ?? 'it holds no image'));
  };

const canvas = (model: AiModel, { prompt, width, height }: ImageRequest): Image => ({
  body: {
    taskType: 'TEXT_IMAGE',
    textToImageParams: { text: prompt },
    imageGenerationConfig: { numberOfImages: 1, width, height },
  },
  read: firstImage(model),
});

const IMAGES: Readonly<Record<string, (model: AiModel, request: ImageRequest) => Image>> = {
  'amazon.nova-canvas': canvas,
  'amazon.titan-image': canvas,
  'stability.': (model, { prompt, width, height }) => ({
    body: { prompt, mode: 'text-to-image', output_format: 'png', aspect_ratio: ratioOf(width, height) },
    read: firstImage(model),
  }),
};

const RATIOS = ['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21'];

/** The nearest of those the models know. */
const ratioOf = (width: number, height: number): string => {
  const far = (ratio: string) => {
    const [wide = 1, high = 1] = ratio.split(':').map(Number);
    return Math.abs(Math.log(width / height) - Math.log(wide / high));
  };
  return RATIOS.toSorted((one, other) => far(one) - far(other))[0] ?? '1:1';
};

const familyOf = <T>(families: Readonly<Record<string, T>>, model: AiModel, what: string): T => {
  const id = model.modelId.replace(/^(us|eu|apac|global|us-gov)\./, '');
  const found = Object.entries(families).find(([prefix]) => id.startsWith(prefix));
  if (found) return found[1];
  const known = Object.keys(families).join(', ');
  throw new NodeError(
    'ai.notOffered',
    `${model.modelId} is not known to make ${what}; models that do begin with ${known}.`,
  );
};

export const embedding = (
  model: AiModel,
  texts: readonly string[],
  dimensions: number | undefined,
): Embedding => familyOf(EMBEDDINGS, model, 'embeddings')(model, texts, dimensions);

export const image = (model: AiModel, request: ImageRequest): Image =>
  familyOf(IMAGES, model, 'images')(model, request);
