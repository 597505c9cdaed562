/** `btoa`, `atob` and what code mostly uses of Node's `Buffer`. Texts stand for bytes here, a character each. */
export const guestBytes = (): void => {
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  };
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const toBase64 = (bytes: string): string => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 3) {
      const [one, two, three] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1), bytes.charCodeAt(at + 2)];
      const bits = (one << 16) | ((two || 0) << 8) | (three || 0);
      const digits = [18, 12, 6, 0].map((shift) => ALPHABET[(bits >> shift) & 63]);
      text += digits.slice(0, Math.min(4, bytes.length - at + 1)).join('');
    }
    return text + '='.repeat((4 - (text.length % 4)) % 4);
  };
  const fromBase64 = (text: string): string => {
    let [bytes, bits, count] = ['', 0, 0];
    for (const digit of text.replaceAll('-', '+').replaceAll('_', '/')) {
      const value = ALPHABET.indexOf(digit);
      if (value < 0) continue;
      bits = ((bits << 6) | value) & 0xfffff;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      bytes += String.fromCharCode((bits >> count) & 255);
    }
    return bytes;
  };
  define('btoa', (text: unknown) => {
    const bytes = String(text);
    for (let at = 0; at < bytes.length; at += 1)
      if (bytes.charCodeAt(at) > 255) throw new Error('btoa: the text has characters beyond Latin-1.');
    return toBase64(bytes);
  });
  define('atob', (text: unknown) => {
    const digits = String(text).replaceAll(/\s/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits) || digits.replace(/={1,2}$/, '').length % 4 === 1)
      throw new Error('atob: the text is no base64.');
    return fromBase64(digits);
  });

  const DECODE: Record<string, (text: string) => string> = {
    utf8: (text) => unescape(encodeURIComponent(text.toWellFormed())),
    base64: fromBase64,
    base64url: fromBase64,
    hex: (text) =>
      (text.match(/[\da-f]{2}/gi) ?? [])
        .map((pair) => String.fromCharCode(Number.parseInt(pair, 16)))
        .join(''),
    latin1: (text) => text,
  };
  const ENCODE: Record<string, (bytes: string) => string> = {
    utf8: (bytes) => {
      try {
        return decodeURIComponent(escape(bytes));
      } catch {
        // What is no UTF-8 is shown as such.
        return bytes.replaceAll(/[\x80-\xff]/g, '\ufffd');
      }
    },
    base64: toBase64,
    base64url: (bytes) => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    hex: (bytes) => [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join(''),
    latin1: (bytes) => bytes,
  };
  const NAMES: Record<string, string> = { 'utf-8': 'utf8', binary: 'latin1', ascii: 'latin1' };
  const pick = <T>(table: Record<string, T>, name: unknown): T => {
    const lower = String(name ?? 'utf8').toLowerCase();
    const found = table[NAMES[lower] ?? lower];
    if (!found) throw new TypeError(`Unknown encoding: ${lower}`);
    return found;
  };
  class Buffer extends Uint8Array {
    static override from(given: unknown, encoding?: unknown): Buffer {
      if (typeof given !== 'string') return new Buffer(given as ArrayLike<number>);
      const bytes = pick(DECODE, encoding)(given);
      const made = new Buffer(bytes.length);
      for (let at = 0; at < bytes.length; at += 1) made[at] = bytes.charCodeAt(at);
      return made;
    }
    static alloc(size: number): Buffer {
      return new Buffer(size);
    }
    static concat(list: readonly Uint8Array[]): Buffer {
      const made = new Buffer(list.reduce((sum, each) => sum + each.length, 0));
      let at = 0;
      for (const each of list) {
        made.set(each, at);
        at += each.length;
      }
      return made;
    }
    static isBuffer(value: unknown): boolean {
      return value instanceof Buffer;
    }
    static byteLength(text: string, encoding?: unknown): number {
      return pick(DECODE, encoding)(text).length;
    }
    override toString(encoding?: unknown): string {
      let bytes = '';
      for (let at = 0; at < this.length; at += 4_096)
        bytes += String.fromCharCode(...this.subarray(at, at + 4_096));
      return pick(ENCODE, encoding)(bytes);
    }
    toJSON(): { type: string; data: number[] } {
      return { type: 'Buffer', data: [...this] };
    }
  }
  define('Buffer', Buffer);
};
