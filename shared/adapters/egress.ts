import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { isHostAllowed } from '../../engine/credentials/allowed-hosts.ts';
import { NodeError } from '../../engine/errors.ts';
import type { HttpPort, HttpRequest, HttpStreamedResponse } from '../../engine/ports.ts';
import { isPublicAddress } from './address.ts';
import { makeAgent, type Resolve, systemResolve } from './egress-agent.ts';
import { ACCEPT_ENCODING, bodyChunks, readWhole } from './egress-body.ts';
import { checkHead, checkUrl, type EgressRules, isAllowedHost } from './egress-rules.ts';

export interface EgressOptions extends Partial<EgressRules> {
  /** All addresses of a name. Given by tests; the system's resolver otherwise. */
  readonly resolve?: Resolve;
  /** What is not told to the tenant goes here. */
  readonly log?: (entry: object) => void;
}

export interface EgressClient extends HttpPort {
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Secrets meant for the first origin only. */
const SECRET_HEADERS = ['authorization', 'cookie', 'x-api-key', 'x-auth-token'];
const BODY_HEADERS = ['content-type', 'content-encoding', 'content-language', 'content-location'];

/**
 * The one way out to the network for everything a tenant can influence. A name is resolved once per connection, every
 * address it has is checked, and the socket goes to a checked one, so that a second answer of the DNS changes nothing;
 * name, Host and SNI stay those of the URL. Redirects pass the same checks hop by hop.
 */
export const makeEgress = (options: EgressOptions = {}): EgressClient => {
  const rules: EgressRules = {
    allowedHosts: options.allowedHosts ?? [],
    allowedPorts: options.allowedPorts ?? [],
  };
  const resolve = options.resolve ?? systemResolve;
  const guarded = makeAgent(resolve, isPublicAddress);
  // Hosts of one's own may be anywhere, and are pinned all the same.
  const open = makeAgent(resolve, () => true);

  const stream = async (asked: HttpRequest): Promise<HttpStreamedResponse> => {
    asked.signal.throwIfAborted();
    const head = checkHead(asked);
    const url = allowed(checkUrl(asked.url, rules), asked);
    const watch = watchExchange(asked, url);
    const translate = (thrown: unknown): unknown => watch.verdict() ?? forTenant(thrown, url, options.log);
    try {
      const answer = await follow(asked, { ...head, url, body: asked.body }, watch.signal);
      return { ...answer, body: guardedBody(answer.body, watch, translate) };
    } catch (thrown) {
      const error = translate(thrown);
      watch.end();
      throw error;
    }
  };

  const follow = async (
    asked: HttpRequest,
    first: Hop,
    signal: AbortSignal,
  ): Promise<HttpStreamedResponse> => {
    const maxRedirects = Math.min(asked.maxRedirects, MAX_REDIRECTS);
    let hop = first;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await send(hop, signal);
      const location = answer.headers.location;
      const isRedirect = REDIRECTS.has(answer.statusCode) && typeof location === 'string';
      if (!isRedirect || maxRedirects <= 0) return received(answer, hop, asked.maxResponseBytes);
      discard(answer);
      if (redirects >= maxRedirects)
        throw new NodeError(
          'http.tooManyRedirects',
          `The server redirected more than ${maxRedirects} times.`,
        );
      const url = allowed(checkUrl(location, rules, hop.url), asked);
      hop = nextHop(hop, answer.statusCode, url, asked.secretHeaders ?? []);
    }
  };

  const send = async (hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const { body, size } = await sendable(hop.body);
    return (isAllowedHost(hop.url, rules) ? open : guarded).request({
      origin: hop.url.origin,
      path: hop.url.pathname + hop.url.search,
      method: hop.method as Dispatcher.HttpMethod,
      headers: { 'accept-encoding': ACCEPT_ENCODING, ...size, ...hop.headers },
      body,
      signal,
    });
  };

  return {
    stream,
    request: async (asked) => {
      const answer = await stream(asked);
      return { ...answer, body: await readWhole(answer.body) };
    },
    close: async () => {
      await Promise.all([guarded.destroy(), open.destroy()]);
    },
  };
};

interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpRequest['body'];
}

/** A request with a credential goes where the credential may go, and nowhere else. */
const allowed = (url: URL, { allowedHosts }: HttpRequest): URL => {
  if (!allowedHosts || isHostAllowed(url, allowedHosts)) return url;
  throw new NodeError(
    'http.hostNotAllowed',
    `The credential may be sent to ${allowedHosts.join(', ') || 'no host'}, and the call goes to ${url.host}.`,
  );
};

/** What the Fetch standard does: a POST becomes a GET on 301 to 303; secrets stay with their origin. */
const nextHop = (hop: Hop, status: number, url: URL, secretHeaders: readonly string[]): Hop => {
  const toGet = status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  const isAway = url.origin !== hop.url.origin;
  const dropped = [...(toGet ? BODY_HEADERS : []), ...(isAway ? [...SECRET_HEADERS, ...secretHeaders] : [])];
  return {
    method: toGet ? 'GET' : hop.method,
    url,
    headers: Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !dropped.includes(name))),
    body: toGet ? undefined : hop.body,
  };
};

type Sendable = Pick<Dispatcher.RequestOptions, 'body'> & { readonly size: Record<string, string> };

const sendable = async (body: HttpRequest['body']): Promise<Sendable> => {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array)
    return { body: body ?? null, size: {} };
  const size: Record<string, string> = body.size === null ? {} : { 'content-length': String(body.size) };
  return { body: Readable.from(await body.open(), { objectMode: false }), size };
};

const received = (answer: Dispatcher.ResponseData, hop: Hop, maxBytes: number): HttpStreamedResponse => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  const bodiless = hop.method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304;
  if (bodiless) discard(answer);
  const body = bodiless ? nothing() : bodyChunks(answer.body, headers['content-encoding'] ?? '', maxBytes);
  return { status: answer.statusCode, headers, body, url: hop.url.href };
};

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The time limit and the signal of an exchange, as long as it lasts. */
interface ExchangeWatch {
  readonly signal: AbortSignal;
  /** What is to be thrown because time ran out or somebody aborted; null when neither. */
  verdict(): unknown;
  end(): void;
}

const watchExchange = ({ timeoutMilliseconds, signal }: HttpRequest, url: URL): ExchangeWatch => {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMilliseconds);
  const forward = () => deadline.abort();
  signal.addEventListener('abort', forward, { once: true });
  return {
    signal: deadline.signal,
    verdict: () => {
      if (signal.aborted) return signal.reason;
      if (!deadline.signal.aborted) return null;
      const message = `There was no complete answer of ${url.host} within ${timeoutMilliseconds} ms.`;
      return new NodeError('http.timeout', message, { retryable: true });
    },
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', forward);
    },
  };
};

async function* guardedBody(
  body: AsyncIterable<Uint8Array>,
  watch: ExchangeWatch,
  translate: (thrown: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw translate(thrown);
  } finally {
    watch.end();
  }
}

/** An unread body would keep its connection; its end does not matter to anybody. */
const discard = (answer: Dispatcher.ResponseData): void => {
  answer.body.on('error', () => undefined);
  answer.body.destroy();
};

/** One text for all that can go wrong on the way to a host, so that it does not tell open ports from closed ones. */
const forTenant = (thrown: unknown, url: URL, log: EgressOptions['log']): NodeError => {
  if (thrown instanceof NodeError) return thrown;
  const blocked = causes(thrown).find((each) => each instanceof NodeError);
  if (blocked instanceof NodeError) return blocked;
  log?.({ event: 'egress.failed', host: url.host, error: String(thrown), code: codeOf(thrown) });
  const message = `${url.host} could not be reached or did not answer properly.`;
  return new NodeError('http.network', message, { retryable: true });
};

const causes = (thrown: unknown): unknown[] => {
  if (!(thrown instanceof Error)) return [];
  const inner = thrown instanceof AggregateError ? thrown.errors : [];
  return [thrown.cause, ...inner].flatMap((each) => [each, ...causes(each)]);
};

const codeOf = (thrown: unknown): unknown =>
  thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
