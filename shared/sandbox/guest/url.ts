/** `URL` and `URLSearchParams`, as far as addresses with a host need. */
export const guestUrl = (): void => {
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  };
  const decode = (text: string): string => {
    const spaced = text.replaceAll('+', ' ');
    try {
      return decodeURIComponent(spaced);
    } catch {
      return spaced;
    }
  };
  const encode = (text: string): string =>
    encodeURIComponent(text)
      .replaceAll('%20', '+')
      .replaceAll(/[!'()~]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

  class URLSearchParams {
    pairs: [string, string][] = [];
    changed = false;
    constructor(given: unknown = '') {
      if (typeof given === 'string') {
        const parts = given
          .replace(/^\?/, '')
          .split('&')
          .filter((part) => part !== '');
        for (const part of parts) {
          const [name = '', ...value] = part.split('=');
          this.append(decode(name), decode(value.join('=')));
        }
      } else {
        const pairs =
          Symbol.iterator in Object(given)
            ? (given as Iterable<[unknown, unknown]>)
            : Object.entries(Object(given));
        for (const [name, value] of pairs) this.append(name, value);
      }
      this.changed = false;
    }
    append(name: unknown, value: unknown): void {
      this.changed = true;
      this.pairs.push([String(name), String(value)]);
    }
    delete(name: string): void {
      this.changed = true;
      this.pairs = this.pairs.filter(([each]) => each !== name);
    }
    get(name: string): string | null {
      return this.pairs.find(([each]) => each === name)?.[1] ?? null;
    }
    getAll(name: string): string[] {
      return this.pairs.filter(([each]) => each === name).map(([, value]) => value);
    }
    has(name: string): boolean {
      return this.pairs.some(([each]) => each === name);
    }
    set(name: string, value: unknown): void {
      this.changed = true;
      const first = this.pairs.findIndex(([each]) => each === name);
      this.pairs = this.pairs.filter(([each], at) => each !== name || at === first);
      if (first < 0) this.append(name, value);
      else this.pairs[first] = [name, String(value)];
    }
    sort(): void {
      this.changed = true;
      this.pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    }
    forEach(visit: (value: string, name: string) => void): void {
      for (const [name, value] of this.pairs) visit(value, name);
    }
    keys(): Iterator<string> {
      return this.pairs.map(([name]) => name).values();
    }
    values(): Iterator<string> {
      return this.pairs.map(([, value]) => value).values();
    }
    entries(): Iterator<[string, string]> {
      return this.pairs.values();
    }
    [Symbol.iterator](): Iterator<[string, string]> {
      return this.entries();
    }
    get size(): number {
      return this.pairs.length;
    }
    toString(): string {
      return this.pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    }
  }

  const SHAPE =
    /^([a-z][a-z\d+.-]*:)\/\/(?:([^/?#@]*)@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?([^?#]*)(\?[^#]*)?(#.*)?$/i;
  const USUAL_PORTS: Record<string, string> = {
    'http:': '80',
    'https:': '443',
    'ftp:': '21',
    'ws:': '80',
    'wss:': '443',
  };
  const withoutDots = (path: string): string => {
    const kept: string[] = [];
    const segments = path.split('/').slice(1);
    for (const [at, segment] of segments.entries()) {
      const isLast = at === segments.length - 1;
      if (segment === '..') kept.pop();
      else if (segment !== '.') kept.push(segment);
      if (isLast && (segment === '..' || segment === '.')) kept.push('');
    }
    return `/${kept.join('/')}`;
  };
  const resolved = (text: string, base: URL): string => {
    if (/^[a-z][a-z\d+.-]*:/i.test(text)) return text;
    if (text.startsWith('//')) return base.protocol + text;
    if (text.startsWith('/')) return base.origin + text;
    if (text.startsWith('?')) return base.origin + base.pathname + text;
    if (text.startsWith('#') || text === '') return base.origin + base.pathname + base.search + text;
    return base.origin + base.pathname.replace(/[^/]*$/, '') + text;
  };
  const escaped = (text: string): string =>
    text.replaceAll(/[^\x21-\x7e]|["<>`{}]/gu, (each) => encodeURIComponent(each.toWellFormed()));

  class URL {
    protocol: string;
    username: string;
    password: string;
    hostname: string;
    port: string;
    pathname: string;
    hash: string;
    /** As it was written, which counts until somebody changes the parameters. */
    written: string;
    searchParams: URLSearchParams;
    constructor(given: unknown, base?: unknown) {
      const text = String(given).trim();
      const whole = base === undefined ? text : resolved(text, new URL(base));
      const found = SHAPE.exec(whole);
      if (!found?.[3]) throw new TypeError(`Invalid URL: ${text.slice(0, 200)}`);
      const [, protocol = '', login = '', hostname = '', port = '', path = '', search = '', hash = ''] =
        found;
      this.protocol = protocol.toLowerCase();
      const [username = '', ...password] = login.split(':');
      this.username = username;
      this.password = password.join(':');
      this.hostname = hostname.toLowerCase();
      this.port = port === USUAL_PORTS[this.protocol] ? '' : port;
      this.pathname = escaped(withoutDots(path === '' ? '/' : path));
      this.searchParams = new URLSearchParams(search);
      this.written = search === '?' ? '' : escaped(search);
      this.hash = hash === '#' ? '' : escaped(hash);
    }
    static canParse(given: unknown, base?: unknown): boolean {
      try {
        return new URL(given, base) instanceof URL;
      } catch {
        return false;
      }
    }
    get host(): string {
      return this.port === '' ? this.hostname : `${this.hostname}:${this.port}`;
    }
    get origin(): string {
      return `${this.protocol}//${this.host}`;
    }
    get search(): string {
      if (!this.searchParams.changed) return this.written;
      const text = this.searchParams.toString();
      return text === '' ? '' : `?${text}`;
    }
    set search(text: string) {
      this.searchParams = new URLSearchParams(text);
      this.written = text === '' || text.startsWith('?') ? escaped(text) : `?${escaped(text)}`;
    }
    get href(): string {
      const password = this.password === '' ? '' : `:${this.password}`;
      const login = this.username === '' && password === '' ? '' : `${this.username}${password}@`;
      return `${this.protocol}//${login}${this.host}${this.pathname}${this.search}${this.hash}`;
    }
    toString(): string {
      return this.href;
    }
    toJSON(): string {
      return this.href;
    }
  }
  define('URLSearchParams', URLSearchParams);
  define('URL', URL);
};
