import type { Item, Json } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import { MAX_BODY_BYTES } from '../../shared/http/json-body.ts';
import { groupPairs, readBody, type SentFile } from './request-body.ts';

/** The part of the address behind the hook's own. */
interface Place {
  readonly rest: string;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * A request as the one item its workflow starts from, and the files it brought. Names are lower-case in `headers` and as sent
 * elsewhere; headers that are secrets stay out.
 */
export const readRequest = (
  exchange: Exchange,
  { rest, params }: Place,
  secretHeaders: readonly string[] = [],
): { readonly item: Item; readonly files: readonly SentFile[] } => {
  const { json, files } = readBody(bytesOf(exchange), exchange.headers['content-type'] ?? '');
  return {
    item: {
      json: {
        method: exchange.method,
        path: rest,
        params,
        query: groupPairs(new URLSearchParams(exchange.event.rawQueryString ?? '')),
        headers: headersOf(exchange, secretHeaders),
        body: json,
      },
    },
    files,
  };
};

/** The gateway takes cookies out of the headers (payload format 2.0); they go back to where the sender put them. */
const headersOf = ({ headers, event }: Exchange, hidden: readonly string[]): Record<string, Json> =>
  Object.fromEntries([
    ...Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hidden.includes(name) ? [] : [[name, value]],
    ),
    ...(event.cookies ? [['cookie', event.cookies.join('; ')]] : []),
  ]);

/** The body byte by byte as it came. */
export const bytesOf = ({ event }: Exchange): Uint8Array => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new AppError('request.tooLarge', `A body may have ${MAX_BODY_BYTES} bytes at most.`);
  }
  return bytes;
};
