import { NodeError } from '../../errors.ts';
import type { BinaryRef, Json } from '../../item.ts';
import type { FilePort, HttpStreamedResponse } from '../../ports.ts';

export type AnswerFormat = 'auto' | 'json' | 'text' | 'file';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null where the body became a file. */
  readonly body: Json;
  readonly file: BinaryRef | null;
}

const MEBIBYTE = 1024 * 1024;
/** What may become part of an item. */
export const MAX_TEXT_BYTES = 16 * MEBIBYTE;
const USUAL_TEXT_BYTES = 4 * MEBIBYTE;
const USUAL_FILE_BYTES = 256 * MEBIBYTE;

const JSON_TYPE = /^[^;]*[/+]json\b/i;
const TEXT_TYPE = /^(text\/|[^;]*[/+](xml|javascript|ecmascript|yaml|csv|x-www-form-urlencoded|graphql)\b)/i;

export const maxBytesOf = (format: AnswerFormat, asked: number | undefined): number =>
  format === 'auto' || format === 'file' ? (asked ?? USUAL_FILE_BYTES) : textBytesOf(asked);

const textBytesOf = (asked: number | undefined): number =>
  Math.min(asked ?? USUAL_TEXT_BYTES, MAX_TEXT_BYTES);

/** Reads an answer as JSON, as text, or into a file; by its content type where that is left open. Throws `http.badResponse`. */
export const readAnswer = async (
  answer: HttpStreamedResponse,
  asked: {
    readonly method: string;
    readonly format: AnswerFormat;
    readonly maxBytes: number | undefined;
    readonly fileName: string | undefined;
  },
  files: FilePort,
): Promise<Answer> => {
  const { status, headers } = answer;
  const type = headers['content-type'] ?? '';
  const isBodiless = asked.method === 'HEAD' || BODILESS.has(status);
  const format = asked.format === 'auto' ? (isBodiless ? 'text' : formatOf(type)) : asked.format;
  if (format === 'file') {
    const fileName = asked.fileName ?? fileNameOf(answer);
    const mediaType = type === '' ? 'application/octet-stream' : type;
    return { status, headers, body: null, file: await files.save(answer.body, { fileName, mediaType }) };
  }
  const text = await readText(answer.body, type, textBytesOf(asked.maxBytes));
  return { status, headers, body: format === 'json' ? parseJson(text) : text, file: null };
};

/** Statuses whose answers have no body, whatever type they speak of (RFC 9110 §6.4.1). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

const formatOf = (type: string): 'json' | 'text' | 'file' => {
  if (JSON_TYPE.test(type)) return 'json';
  return type === '' || TEXT_TYPE.test(type) ? 'text' : 'file';
};

const readText = async (body: AsyncIterable<Uint8Array>, type: string, maxBytes: number): Promise<string> => {
  const decoder = decoderFor(type);
  let text = '';
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new NodeError('http.tooLarge', `The answer is larger than ${maxBytes} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

/** UTF-8 where nothing, or nothing known, is said. */
const decoderFor = (type: string): InstanceType<typeof TextDecoder> => {
  const [, label = 'utf-8'] = /;\s*charset="?([^\s;"]+)/i.exec(type) ?? [];
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
};

export const parseJson = (text: string): Json => {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NodeError('http.badResponse', 'The server answered with something that is no JSON.', { cause });
  }
};

/** By Content-Disposition (RFC 6266), or the end of the URL. */
const fileNameOf = ({ headers, url }: HttpStreamedResponse): string | undefined => {
  const disposition = headers['content-disposition'] ?? '';
  const [, encoded] = /filename\*\s*=\s*utf-8''([^\s;]+)/i.exec(disposition) ?? [];
  if (encoded !== undefined) return decoded(encoded);
  const [, quoted, plain] = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(disposition) ?? [];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  return plain ?? decoded(URL.parse(url)?.pathname.split('/').at(-1) ?? '');
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
