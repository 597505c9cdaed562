import { NodeError } from '../../errors.ts';
import type { HttpStreamedResponse } from '../../ports.ts';

/** Answers that may be different a moment later, besides those of 500 and above. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429]);
const EXCERPT_CHARACTERS = 500;

/** What of the answer stands in the message itself: enough for what APIs say of a mistake. */
const SAID_CHARACTERS = 200;

/** Who was asked, where the address may be told: without its query, which may hold a key. */
interface Asked {
  readonly method: string;
  readonly url: string;
}

/** An answer that says no, with the beginning of what it says. */
export const statusError = async (
  answer: HttpStreamedResponse,
  now: number,
  asked?: Asked,
): Promise<NodeError> => {
  const body = await excerpt(answer.body);
  const said = isPage(answer.headers['content-type']) ? '' : body.replaceAll(/\s+/g, ' ').trim();
  const shown = said.length > SAID_CHARACTERS ? `${said.slice(0, SAID_CHARACTERS)}…` : said;
  const message = `The server answered ${answer.status}${asked ? ` to ${asked.method} ${placeOf(asked.url)}` : ''}`;
  return new NodeError('http.status', shown === '' ? `${message}.` : `${message}: ${shown}`, {
    retryable: answer.status >= 500 || RETRYABLE.has(answer.status),
    retryAfter: retryAfterOf(answer.headers['retry-after'], now),
    details: { status: answer.status, body },
  });
};

const placeOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return host + pathname;
};

/** Pages are made for eyes: their beginning says nothing. */
const isPage = (contentType = ''): boolean => /html/i.test(contentType);

const excerpt = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= EXCERPT_CHARACTERS) break;
  }
  return text.slice(0, EXCERPT_CHARACTERS);
};

/** Seconds, from seconds or from a date (RFC 9110 §10.2.3). */
export const retryAfterOf = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
};
