import type { JsonObject } from '../../../engine/item.ts';
import type { Asked } from './exchange.ts';

/** What the services refuse that make vectors, pictures and speech, or write it down, as their documentation says. */
export const mediaRules = async (asked: Asked): Promise<readonly string[]> => {
  const [, rules] = RULES.find(([path]) => path.test(asked.path)) ?? [];
  return rules ? rules(asked) : [];
};

/** The recording in a form that asks for its text. */
export const recordingIn = async ({ headers, body }: Asked): Promise<File | null> => {
  const contentType = String(headers['content-type']);
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const file = form.get('file');
  return file instanceof File ? file : null;
};

const when = (isWrong: boolean, message: string): readonly string[] => (isWrong ? [message] : []);
const bodyOf = ({ body }: Asked) => JSON.parse(body) as JsonObject;
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

const CANVAS_SIDE = { least: 320, most: 4_096, step: 16 };
const isSide = (value: unknown): boolean => {
  const { least, most, step } = CANVAS_SIDE;
  return typeof value === 'number' && value >= least && value <= most && value % step === 0;
};

const RULES: readonly (readonly [
  path: RegExp,
  rules: (asked: Asked) => readonly string[] | Promise<readonly string[]>,
])[] = [
  [
    /\/embeddings$/,
    (asked) => {
      const { input } = bodyOf(asked);
      const texts = Array.isArray(input) ? input : [input];
      return [
        ...when(texts.length === 0 || texts.length > 2_048, 'input must have 1 to 2048 entries.'),
        ...when(
          texts.some((text) => lengthOf(text) === 0),
          'input cannot be an empty string.',
        ),
      ];
    },
  ],
  [
    /\/images\/generations$/,
    (asked) => {
      const { model, size, prompt, response_format: format } = bodyOf(asked);
      const isNewer = String(model).startsWith('gpt-image');
      return [
        ...when(lengthOf(prompt) === 0, 'prompt is too short.'),
        ...when(isNewer && format !== undefined, "Unknown parameter: 'response_format'."),
        ...when(
          isNewer && !/^(?:1024x1024|1536x1024|1024x1536|auto)$/.test(String(size)),
          `Invalid value: '${size}'. Supported values are: '1024x1024', '1024x1536', '1536x1024', and 'auto'.`,
        ),
      ];
    },
  ],
  [
    /\/audio\/speech$/,
    (asked) => {
      const { input, voice } = bodyOf(asked);
      return [
        ...when(lengthOf(input) === 0 || lengthOf(input) > 4_096, 'input must have 1 to 4096 characters.'),
        ...when(lengthOf(voice) === 0, 'Missing required parameter: voice.'),
      ];
    },
  ],
  [
    /\/audio\/transcriptions$/,
    async (asked) => {
      const file = await recordingIn(asked);
      return [
        ...when(file === null, 'Missing required parameter: file.'),
        ...when(
          !/\.(?:flac|m4a|mp3|mp4|mpeg|mpga|oga|ogg|wav|webm)$/.test(file?.name ?? ''),
          `Invalid file format: ${file?.name}.`,
        ),
      ];
    },
  ],
  [
    /\/model\/amazon\.titan-embed[^/]*\/invoke$/,
    (asked) => {
      const {
        inputText,
        dimensions,
        normalize: _normalize,
        embeddingTypes: _types,
        ...others
      } = bodyOf(asked);
      return [
        ...when(lengthOf(inputText) === 0, 'expected minLength: 1, actual: 0'),
        ...when(
          dimensions !== undefined && ![256, 512, 1_024].includes(Number(dimensions)),
          `${dimensions} is not a valid enum value`,
        ),
        ...Object.keys(others).map((name) => `extraneous key [${name}] is not permitted`),
      ];
    },
  ],
  [
    /\/model\/amazon\.nova-canvas[^/]*\/invoke$/,
    (asked) => {
      const { textToImageParams, imageGenerationConfig } = bodyOf(asked);
      const { width, height } = imageGenerationConfig as JsonObject;
      const length = lengthOf((textToImageParams as JsonObject).text);
      return [
        ...when(length === 0 || length > 1_024, 'text must have 1 to 1024 characters.'),
        ...when(
          !isSide(width) || !isSide(height),
          'width and height must be 320 to 4096, and divisible by 16.',
        ),
      ];
    },
  ],
];
