import type { Json } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';
import { jsonExcess } from './json-excess.ts';
import { type FormPart, parseMultipart } from './multipart.ts';

const TEXT = /^(text\/|application\/(xml|javascript|graphql)$|.+\+xml$)/;
const JSON_TYPE = /^(application\/json|.+\+json)$/;
const MOST_FIELDS = 5_000;

/** A file that came with a request, by the name of its field. */
export interface SentFile {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface ReadBody {
  readonly json: Json;
  readonly files: readonly SentFile[];
}

/**
 * A body as its content type says: JSON parsed, the fields of a form as an object and its files aside, text as text, anything
 * else as the file `body`. Null when there is none. Throws what a sender can correct.
 */
export const readBody = (bytes: Uint8Array, contentType: string): ReadBody => {
  if (bytes.length === 0) return { json: null, files: [] };
  const { mediaType, charset } = parseContentType(contentType);
  const read = Object.hasOwn(FORMS, mediaType) ? FORMS[mediaType] : undefined;
  if (read) return read(bytes, contentType, charset);
  if (JSON_TYPE.test(mediaType)) return { json: parseJson(decode(bytes, charset)), files: [] };
  if (TEXT.test(mediaType)) return { json: decode(bytes, charset), files: [] };
  const text = mediaType === '' ? tryUtf8(bytes) : null;
  if (text !== null) return { json: text, files: [] };
  const type = mediaType || 'application/octet-stream';
  return {
    json: { file: 'body', mediaType: type, size: bytes.length },
    files: [{ name: 'body', fileName: undefined, mediaType: type, bytes }],
  };
};

const FORMS: Readonly<Record<string, (bytes: Uint8Array, contentType: string, charset: string) => ReadBody>> =
  {
    'application/x-www-form-urlencoded': (bytes, _contentType, charset) => {
      const text = decode(bytes, charset);
      if (countOf(text, '&', MOST_FIELDS) === MOST_FIELDS)
        throw malformed(`The form has more than ${MOST_FIELDS} fields.`);
      return { json: groupPairs(new URLSearchParams(text)), files: [] };
    },
    'multipart/form-data': (bytes, contentType) => {
      const parts = parseMultipart(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), contentType);
      const fields = parts
        .filter(({ file }) => file === null)
        .map((part) => [part.name, decode(part.bytes, 'utf-8')] as const);
      return { json: groupPairs(fields), files: filesOf(parts) };
    },
  };

/** Browsers send a file field that was left empty as a file without name and bytes. */
const filesOf = (parts: readonly FormPart[]): SentFile[] => {
  const taken = new Map<string, number>();
  return parts.flatMap(({ name, file, bytes }) => {
    if (!file || (file.fileName === '' && bytes.length === 0)) return [];
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return [{ ...file, name: count === 1 ? name : `${name}_${count}`, bytes }];
  });
};

/** Counts no further than `most`. */
const countOf = (text: string, what: string, most: number): number => {
  let count = 0;
  for (let at = text.indexOf(what); at >= 0 && count < most; at = text.indexOf(what, at + 1)) count += 1;
  return count;
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
  const excess = jsonExcess(text);
  if (excess) throw malformed(`The body ${excess}.`);
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('The body is not valid JSON, as its Content-Type says.', cause);
  }
  if (holdsInfinity(value)) throw malformed('The body holds a number too large for a double.');
  return value;
};

/** What JSON allows and no journal could give back. */
const holdsInfinity = (value: Json): boolean => {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(holdsInfinity);
};

const malformed = (detail: string, cause?: unknown): AppError =>
  new AppError('request.malformed', detail, {
    errors: [{ pointer: '', message: 'does not fit its Content-Type' }],
    cause,
  });
