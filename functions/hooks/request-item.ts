import type { Item, Json } from '../../engine/item.ts';
import { AppError } from '../../shared/errors.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import { MAX_BODY_BYTES } from '../../shared/http/json-body.ts';
import { groupPairs, parseBody } from './request-body.ts';

/** A request as the one item its workflow starts from. Names are lower-case in `headers` and as sent elsewhere. */
export const requestItem = (
  exchange: Exchange,
  path: { readonly rest: string; readonly params: Readonly<Record<string, string>> },
): Item => ({
  json: {
    method: exchange.method,
    path: path.rest,
    params: path.params,
    query: groupPairs(new URLSearchParams(exchange.event.rawQueryString ?? '')),
    headers: headersOf(exchange),
    body: parseBody(bytesOf(exchange), exchange.headers['content-type'] ?? ''),
  },
});

/** The gateway takes cookies out of the headers (payload format 2.0); they go back to where the sender put them. */
const headersOf = ({ headers, event }: Exchange): Record<string, Json> =>
  Object.fromEntries([
    ...Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ...(event.cookies ? [['cookie', event.cookies.join('; ')]] : []),
  ]);

const bytesOf = ({ event }: Exchange): Uint8Array => {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new AppError('request.tooLarge', `A body may have ${MAX_BODY_BYTES} bytes at most.`);
  }
  return bytes;
};
