import { AppError, type Problem } from '../errors.ts';
import type { Exchange } from './exchange.ts';
import type { Middleware } from './middleware.ts';

/** What a request or an answer may weigh, in bytes: below the 6 MB of a Lambda invocation, base64 included. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 64;

/** Refuses what is too large before anything looks at it. */
export const bodyLimit = (): Middleware => ({
  before: ({ event: { event } }) => {
    const body = event.body ?? '';
    const bytes = Buffer.byteLength(body, event.isBase64Encoded ? 'base64' : 'utf8');
    if (bytes > MAX_BODY_BYTES) {
      throw new AppError('request.tooLarge', `A body may have ${MAX_BODY_BYTES} bytes at most.`);
    }
  },
});

export const jsonBody = (): Middleware => ({
  before: ({ event: exchange }) => {
    const text = textOf(exchange);
    if (text === '') return;
    if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(exchange.headers['content-type'] ?? '')) {
      throw new AppError('request.mediaType', 'Send the body as JSON, with Content-Type: application/json.');
    }
    exchange.body = parse(text);
    const problem = oddity(exchange.body, 0);
    if (problem) throw new AppError('request.invalid', `The body ${problem.message}.`, { errors: [problem] });
  },
});

const textOf = ({ event }: Exchange): string => {
  if (!event.body) return '';
  if (!event.isBase64Encoded) return event.body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(event.body, 'base64'));
  } catch (cause) {
    throw new AppError('request.malformed', 'The body is not UTF-8.', { cause });
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the body, which may hold a password.
    const position = cause instanceof Error ? /position (\d+)/.exec(cause.message)?.[1] : undefined;
    const where = position === undefined ? '' : `, at character ${position}`;
    throw new AppError('request.malformed', `The body is not valid JSON${where}.`, {
      errors: [{ pointer: '', message: `is not valid JSON${where}` }],
    });
  }
};

/** The first thing in a JSON value that no schema should have to think of. */
const oddity = (value: unknown, depth: number): Problem | null => {
  if (typeof value === 'string') {
    return value.isWellFormed() ? null : { pointer: '', message: 'holds half a surrogate pair' };
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { pointer: '', message: 'holds a number too large for a double' };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= MAX_DEPTH) return { pointer: '', message: `is nested deeper than ${MAX_DEPTH}` };
  for (const [key, entry] of Object.entries(value)) {
    const problem = oddKey(key) ?? oddity(entry, depth + 1);
    if (problem) return { ...problem, pointer: `/${escapePointer(key)}${problem.pointer}` };
  }
  return null;
};

/** `__proto__` alone can change what an object is when it is copied; other names are data like any. */
const oddKey = (key: string): Problem | null => {
  if (key === '__proto__') return { pointer: '', message: 'holds a key that is not allowed' };
  return key.isWellFormed() ? null : { pointer: '', message: 'holds half a surrogate pair' };
};

/** One segment of a JSON pointer (RFC 6901). */
export const escapePointer = (segment: string): string =>
  segment.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
