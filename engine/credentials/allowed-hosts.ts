/** `host`, `host:port` or `*.domain`, the host as a URL would spell it. */
const ENTRY = /^(\*\.)?(\[[0-9a-f:.]+\]|[^:/?#@\s*[\]]+)(?::(\d{1,5}))?$/i;
const USUAL_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

interface Entry {
  readonly host: string;
  /** Also what lies below the host, and then not the host itself. */
  readonly below: boolean;
  /** Null: the usual port of http or https. */
  readonly port: string | null;
}

/** An entry of a list of allowed hosts in the one spelling there is of it; null when it is none. */
export const normalHost = (written: string): string | null => {
  const entry = parse(written);
  if (!entry) return null;
  return `${entry.below ? '*.' : ''}${entry.host}${entry.port === null ? '' : `:${entry.port}`}`;
};

/**
 * Whether a URL is at one of the hosts. Names are compared whole, or label by label below `*.`; without a port an entry stands
 * for the usual ones only. Anything that is no entry allows nothing.
 */
export const isHostAllowed = (url: URL, allowed: readonly string[]): boolean => {
  const host = undotted(url.hostname);
  const port = url.port === '' ? null : url.port;
  return allowed.some((written) => {
    const entry = parse(written);
    if (!entry) return false;
    const isHost = entry.below ? host.endsWith(`.${entry.host}`) : host === entry.host;
    const isPort = entry.port === null ? port === null : entry.port === (port ?? USUAL_PORTS[url.protocol]);
    return isHost && isPort;
  });
};

const parse = (written: string): Entry | null => {
  const [, star, host = '', port] = ENTRY.exec(written.trim()) ?? [];
  // The parser of URLs knows every way to write a host, and gives the one that requests will have.
  const url = host === '' ? null : URL.parse(`http://${host}`);
  if (!url || url.hostname === '' || (star && !/[a-z]/.test(url.hostname))) return null;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return null;
  return {
    host: undotted(url.hostname),
    below: star !== undefined,
    port: port === undefined ? null : String(Number(port)),
  };
};

const undotted = (hostname: string): string => hostname.replace(/\.$/, '');
