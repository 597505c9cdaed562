import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import type { HttpResponse } from '../ports.ts';

type Scalar = string | number | boolean;

/** Throws `http.badRequest` for what is no http(s) address. */
export const urlOf = (
  written: string,
  query: Readonly<Record<string, Scalar | readonly Scalar[]>>,
): string => {
  const url = URL.parse(written);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new NodeError(
      'http.badRequest',
      `${JSON.stringify(written.slice(0, 200))} is no http or https address.`,
    );
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) url.searchParams.append(name, String(value));
  return url.href;
};

/** Headers that belong to the connection, and would let a user steer it. */
const RESERVED: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-authorization',
  'proxy-connection',
]);
/** RFC 9110 §5.1 and §5.5: a token, and text without line breaks. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Lower-case names. Throws `http.badRequest`. */
export const headersOf = (written: Readonly<Record<string, Scalar>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(written).map(([name, value]) => {
      const [key, text] = [name.toLowerCase(), String(value)];
      if (!NAME.test(key) || !VALUE.test(text))
        throw new NodeError(
          'http.badRequest',
          `The header ${JSON.stringify(name)} is not one line of Latin-1 text.`,
        );
      if (RESERVED.has(key))
        throw new NodeError('http.badRequest', `The header ${key} is set by the connection itself.`);
      return [key, text];
    }),
  );

interface WrittenBody {
  readonly kind: 'json' | 'form' | 'text';
  readonly value?: Json | undefined;
}

export const bodyOf = (
  body: WrittenBody | undefined,
): { content: string | null; mediaType: string | null } =>
  body?.value === undefined ? { content: null, mediaType: null } : BODIES[body.kind](body.value);

const BODIES: Readonly<Record<WrittenBody['kind'], (value: Json) => { content: string; mediaType: string }>> =
  {
    json: (value) => ({ content: JSON.stringify(value), mediaType: 'application/json' }),
    text: (value) => ({
      content: typeof value === 'string' ? value : JSON.stringify(value),
      mediaType: 'text/plain; charset=utf-8',
    }),
    form: (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new NodeError(
          'http.badRequest',
          'The body of a form is an object with a value for each field.',
        );
      const fields = Object.entries(value).flatMap(([name, each]) =>
        [each]
          .flat()
          .map((one): [string, string] => [
            name,
            typeof one === 'object' ? JSON.stringify(one) : String(one),
          ]),
      );
      return {
        content: new URLSearchParams(fields).toString(),
        mediaType: 'application/x-www-form-urlencoded',
      };
    },
  };

/** The body as JSON or as text; by its content type where that is left open. Throws `http.badResponse`. */
export const readBody = ({ body, headers }: HttpResponse, as: 'auto' | 'json' | 'text'): Json => {
  const text = new TextDecoder().decode(body);
  const saysJson = /^[^;]*[/+]json\b/i.test(headers['content-type'] ?? '');
  if (as === 'text' || (as === 'auto' && !saysJson)) return text;
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NodeError('http.badResponse', 'The server answered with something that is no JSON.', { cause });
  }
};

/** Seconds, from seconds or from a date (RFC 9110 §10.2.3). */
export const retryAfterOf = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
};
