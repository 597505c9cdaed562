import { z } from 'zod';
import { NodeError } from '../../errors.ts';

export const scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.output<typeof scalar>;

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
