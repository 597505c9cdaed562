/** Hash functions by the names people know them by. MD5 and SHA-1 are for talking to others, never for secrets. */
export const HASHES = ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const;
export type HashName = (typeof HASHES)[number];

export const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Loaded when first asked for: most workflows hash nothing. */
const load = async (name: HashName) => {
  const [{ md5, sha1 }, { sha256, sha384, sha512 }] = await Promise.all([
    import('@noble/hashes/legacy.js'),
    import('@noble/hashes/sha2.js'),
  ]);
  return { md5, sha1, sha256, sha384, sha512 }[name];
};

const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? new TextEncoder().encode(data) : data;

export const hash = async (name: HashName, data: string | Uint8Array): Promise<Uint8Array> =>
  (await load(name))(bytesOf(data));

export const hmac = async (name: HashName, key: string, data: string | Uint8Array): Promise<Uint8Array> => {
  const { hmac: keyed } = await import('@noble/hashes/hmac.js');
  return keyed(await load(name), bytesOf(key), bytesOf(data));
};

export const encode = (bytes: Uint8Array, encoding: Encoding): string => {
  if (encoding === 'hex') return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const base64 = btoa(String.fromCharCode(...bytes));
  return encoding === 'base64'
    ? base64
    : base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

/** Null for what is not written in the encoding. */
export const decode = (text: string, encoding: Encoding): Uint8Array | null => {
  if (encoding === 'hex') {
    if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return null;
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  try {
    const latin = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(latin, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
};

/** Takes as long for a wrong first byte as for a wrong last one. */
export const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (const [index, byte] of left.entries()) difference |= byte ^ (right[index] ?? 0);
  return difference === 0;
};
