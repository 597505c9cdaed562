import type { Json } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';

const MAX_DEPTH = 64;
const TEXT = /^(text\/|application\/(xml|javascript|graphql)$|.+\+xml$)/;
const JSON_TYPE = /^(application\/json|.+\+json)$/;

/**
 * A body as its content type says: JSON parsed, a form as an object, text as text, anything else as
 * `{ base64, mediaType, size }`. Null when there is none. Throws what a sender can correct.
 */
export const parseBody = (bytes: Uint8Array, contentType: string): Json => {
  if (bytes.length === 0) return null;
  const { mediaType, charset } = parseContentType(contentType);
  if (JSON_TYPE.test(mediaType)) return parseJson(decode(bytes, charset));
  if (mediaType === 'application/x-www-form-urlencoded') {
    return groupPairs(new URLSearchParams(decode(bytes, charset)));
  }
  if (TEXT.test(mediaType)) return decode(bytes, charset);
  const text = mediaType === '' ? tryUtf8(bytes) : null;
  return (
    text ?? {
      base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
      mediaType: mediaType || 'application/octet-stream',
      size: bytes.length,
    }
  );
};

/** Names and values as an object; a name that comes more than once holds a list. */
export const groupPairs = (pairs: Iterable<readonly [string, string]>): Record<string, Json> => {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const key = name.toWellFormed();
    const known = values.get(key);
    if (known) known.push(value.toWellFormed());
    else values.set(key, [value.toWellFormed()]);
  }
  // fromEntries makes own properties only: a field called `__proto__` is data like any other.
  return Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]),
  );
};

const parseContentType = (header: string): { mediaType: string; charset: string } => {
  const [mediaType = '', ...parameters] = header.split(';').map((part) => part.trim());
  const charset = parameters.find((part) => /^charset=/i.test(part))?.slice('charset='.length);
  return { mediaType: mediaType.toLowerCase(), charset: charset?.replaceAll('"', '') || 'utf-8' };
};

const decode = (bytes: Uint8Array, charset: string): string => {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed(`The body is not ${JSON.stringify(charset)} text, as its Content-Type says.`, cause);
  }
};

const tryUtf8 = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const parseJson = (text: string): Json => {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('The body is not valid JSON, as its Content-Type says.', cause);
  }
  const oddity = oddityOf(value, 0);
  if (oddity) throw malformed(`The body ${oddity}.`);
  return value;
};

/** What JSON allows and no journal could give back, or no expression could walk. */
const oddityOf = (value: Json, depth: number): string | null => {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : 'holds a number too large for a double';
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH}`;
  for (const entry of Array.isArray(value) ? value : Object.values(value)) {
    const oddity = oddityOf(entry, depth + 1);
    if (oddity) return oddity;
  }
  return null;
};

const malformed = (detail: string, cause?: unknown): AppError =>
  new AppError('request.malformed', detail, {
    errors: [{ pointer: '', message: 'does not fit its Content-Type' }],
    cause,
  });
