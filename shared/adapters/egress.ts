import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { NodeError } from '../../engine/errors.ts';
import type { HttpPort, HttpRequest, HttpResponse } from '../../engine/ports.ts';
import { bareHost, isPublicAddress } from './address.ts';
import { ACCEPT_ENCODING, readBody } from './egress-body.ts';
import { blockedAddress, checkHead, checkUrl, type EgressRules, isAllowedHost } from './egress-rules.ts';

export interface EgressOptions extends Partial<EgressRules> {
  /** All addresses of a name. Given by tests; the system's resolver otherwise. */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
  /** What is not told to the tenant goes here. */
  readonly log?: (entry: object) => void;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface EgressClient extends HttpPort {
  close(): Promise<void>;
}

const CONNECT_MILLISECONDS = 10_000;
const RESPONSE_HEADER_BYTES = 32 * 1024;
const MAX_REDIRECTS = 10;
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
  const resolve = options.resolve ?? ((hostname) => systemLookup(hostname, { all: true }));
  const guarded = makeAgent(checkedLookup(resolve, isPublicAddress), (host) => isPublicAddress(host));
  // Hosts of one's own may be anywhere, and are pinned all the same.
  const open = makeAgent(
    checkedLookup(resolve, () => true),
    () => true,
  );

  const request = async (asked: HttpRequest): Promise<HttpResponse> => {
    asked.signal.throwIfAborted();
    const head = checkHead(asked);
    const url = checkUrl(asked.url, rules);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), asked.timeoutMilliseconds);
    const forward = () => deadline.abort();
    asked.signal.addEventListener('abort', forward, { once: true });
    try {
      return await follow(asked, { ...head, url, body: asked.body }, deadline.signal);
    } catch (thrown) {
      if (asked.signal.aborted) throw asked.signal.reason;
      if (deadline.signal.aborted)
        throw new NodeError(
          'http.timeout',
          `There was no complete answer within ${asked.timeoutMilliseconds} ms.`,
          { retryable: true },
        );
      throw forTenant(thrown, url, options.log);
    } finally {
      clearTimeout(timer);
      asked.signal.removeEventListener('abort', forward);
    }
  };

  const follow = async (asked: HttpRequest, first: Hop, signal: AbortSignal): Promise<HttpResponse> => {
    const maxRedirects = Math.min(asked.maxRedirects, MAX_REDIRECTS);
    let hop = first;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await send(hop, signal);
      const location = answer.headers.location;
      const isRedirect = REDIRECTS.has(answer.statusCode) && typeof location === 'string';
      if (!isRedirect || maxRedirects <= 0) return await read(answer, hop, asked.maxResponseBytes);
      discard(answer);
      if (redirects >= maxRedirects)
        throw new NodeError(
          'http.tooManyRedirects',
          `The server redirected more than ${maxRedirects} times.`,
        );
      hop = nextHop(hop, answer.statusCode, checkUrl(location, rules, hop.url));
    }
  };

  const send = (hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> =>
    (isAllowedHost(hop.url, rules) ? open : guarded).request({
      origin: hop.url.origin,
      path: hop.url.pathname + hop.url.search,
      method: hop.method as Dispatcher.HttpMethod,
      headers: { 'accept-encoding': ACCEPT_ENCODING, ...hop.headers },
      body: hop.body ?? null,
      signal,
    });

  return {
    request,
    close: async () => {
      await Promise.all([guarded.destroy(), open.destroy()]);
    },
  };
};

interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** What the Fetch standard does: a POST becomes a GET on 301 to 303; secrets stay with their origin. */
const nextHop = (hop: Hop, status: number, url: URL): Hop => {
  const toGet = status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  const dropped = [...(toGet ? BODY_HEADERS : []), ...(url.origin === hop.url.origin ? [] : SECRET_HEADERS)];
  return {
    method: toGet ? 'GET' : hop.method,
    url,
    headers: Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !dropped.includes(name))),
    body: toGet ? undefined : hop.body,
  };
};

const read = async (answer: Dispatcher.ResponseData, hop: Hop, maxBytes: number): Promise<HttpResponse> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  const bodiless = hop.method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304;
  if (bodiless) discard(answer);
  const body = bodiless
    ? new Uint8Array()
    : await readBody(answer.body, headers['content-encoding'] ?? '', maxBytes);
  return { status: answer.statusCode, headers, body, url: hop.url.href };
};

/** An unread body would keep its connection; its end does not matter to anybody. */
const discard = (answer: Dispatcher.ResponseData): void => {
  answer.body.on('error', () => undefined);
  answer.body.destroy();
};

const makeAgent = (lookup: LookupFunction, mayConnect: (address: string) => boolean): Agent => {
  const connect = buildConnector({ lookup, allowH2: false, timeout: CONNECT_MILLISECONDS });
  return new Agent({
    connections: 64,
    // The deadline of the request bounds both.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: RESPONSE_HEADER_BYTES,
    connect: (target, callback) => {
      const host = bareHost(target.hostname);
      // Literal addresses are connected to without a lookup.
      if (isIP(host) !== 0 && !mayConnect(host)) callback(blockedAddress(), null);
      else connect({ ...target, hostname: host }, callback);
    },
  });
};

const checkedLookup =
  (
    resolve: (hostname: string) => Promise<readonly ResolvedAddress[]>,
    isAllowed: (address: string) => boolean,
  ): LookupFunction =>
  (hostname, lookupOptions, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) callback(new Error(`${hostname} has no address`), '', 4);
        else if (!addresses.every((each) => isAllowed(each.address))) callback(blockedAddress(), '', 4);
        else if (lookupOptions.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 4),
    );
  };

/** One text for all that can go wrong on the way, so that it does not tell open ports from closed ones. */
const forTenant = (thrown: unknown, url: URL, log: EgressOptions['log']): NodeError => {
  if (thrown instanceof NodeError) return thrown;
  const blocked = causes(thrown).find((each) => each instanceof NodeError);
  if (blocked instanceof NodeError) return blocked;
  log?.({ event: 'egress.failed', host: url.host, error: String(thrown), code: codeOf(thrown) });
  return new NodeError('http.network', 'The server could not be reached or did not answer properly.', {
    retryable: true,
  });
};

const causes = (thrown: unknown): unknown[] => {
  if (!(thrown instanceof Error)) return [];
  const inner = thrown instanceof AggregateError ? thrown.errors : [];
  return [thrown.cause, ...inner].flatMap((each) => [each, ...causes(each)]);
};

const codeOf = (thrown: unknown): unknown =>
  thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
