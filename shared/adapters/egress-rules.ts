import { isIP } from 'node:net';
import { NodeError } from '../../engine/errors.ts';
import type { HttpRequest } from '../../engine/ports.ts';
import { bareHost, isPublicAddress } from './address.ts';

/** What a call may name, before anything is resolved. */
export interface EgressRules {
  /** `host` or `host:port` entries that skip the address and port rules: servers of one's own, in local use. */
  readonly allowedHosts: readonly string[];
  /** Ports beside 80 and 443. */
  readonly allowedPorts: readonly number[];
}

const STANDARD_PORTS = [80, 443];
/** The connection is the client's business: set by a tenant, these desynchronise it or reach another host. */
const OWN_HEADERS = new Set([
  'connection',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 field values: visible characters, spaces, tabs and bytes above ASCII. */
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const CONTROL = /[\x00-\x1f\x7f]/;
const METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
const HEADER_BYTES = 32 * 1024;

export const refused = (message: string): NodeError => new NodeError('http.refused', message);
/** One text whatever the address and whether anything listens there. */
export const blockedAddress = (): NodeError =>
  new NodeError(
    'http.blockedAddress',
    'The host is not on the public internet, and calls to private addresses are not allowed.',
  );

/** Parses a URL and applies every rule that needs no name resolution. */
export const checkUrl = (written: unknown, rules: EgressRules, base?: URL): URL => {
  if (typeof written !== 'string') throw refused('The URL must be a text.');
  if (CONTROL.test(written.trim())) throw refused('The URL holds a control character.');
  if (!URL.canParse(written, base?.href)) throw refused('The URL is not a valid absolute URL.');
  const url = new URL(written, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused('Only http and https URLs can be called.');
  if (url.username !== '' || url.password !== '')
    throw refused('A URL may not hold a user name or password; send an Authorization header.');
  if (isAllowedHost(url, rules)) return url;
  const port = portOf(url);
  if (!STANDARD_PORTS.includes(port) && !rules.allowedPorts.includes(port))
    throw refused(
      `Port ${port} cannot be called, only ${inWords([...STANDARD_PORTS, ...rules.allowedPorts])}.`,
    );
  const host = bareHost(url.hostname);
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw blockedAddress();
  return url;
};

const inWords = (ports: readonly number[]): string => `${ports.slice(0, -1).join(', ')} and ${ports.at(-1)}`;

export const isAllowedHost = (url: URL, rules: EgressRules): boolean => {
  const host = bareHost(url.hostname).toLowerCase();
  return rules.allowedHosts.some((entry) => {
    const allowed = parseEntry(entry);
    return allowed.host === host && (allowed.port === null || allowed.port === portOf(url));
  });
};

const parseEntry = (entry: string): { host: string; port: number | null } => {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry.trim());
  if (!match) return { host: bareHost(entry.trim()).toLowerCase(), port: null };
  return { host: bareHost(match[1] ?? '').toLowerCase(), port: match[2] ? Number(match[2]) : null };
};

export const portOf = (url: URL): number =>
  url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);

/** Method and headers as they may be sent; names in lower case. */
export const checkHead = (request: HttpRequest): { method: string; headers: Record<string, string> } => {
  const method = String(request.method).toUpperCase();
  if (!METHOD.test(method)) throw refused(`The method ${JSON.stringify(request.method)} cannot be sent.`);
  const headers: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value !== 'string') throw refused(`The header ${JSON.stringify(name)} must be a text.`);
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(name)) throw refused(`${JSON.stringify(name)} is not a header name.`);
    if (BAD_VALUE.test(value)) throw refused(`The header ${name} holds a character that cannot be sent.`);
    if (OWN_HEADERS.has(lower)) throw refused(`The header ${name} cannot be set.`);
    bytes += name.length + value.length;
    // The length follows from the body; a wrong one would desynchronise the connection.
    if (lower !== 'content-length') headers[lower] = value;
  }
  if (bytes > HEADER_BYTES) throw refused('The headers are larger than 32 KiB.');
  return { method, headers };
};
