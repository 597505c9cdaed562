import { NodeError } from '../errors.ts';

/** Signature algorithms by their names in JSON Web Algorithms (RFC 7518, RFC 8037), as WebCrypto wants them. */
const ALGORITHMS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
} as const;

export type SignatureName = keyof typeof ALGORITHMS;
export const SIGNATURES = Object.keys(ALGORITHMS) as [SignatureName, ...SignatureName[]];

const KINDS = {
  sign: { label: 'PRIVATE KEY', format: 'pkcs8' },
  verify: { label: 'PUBLIC KEY', format: 'spki' },
} as const;

const importKey = async (name: SignatureName, pem: string, use: 'sign' | 'verify') => {
  const { label, format } = KINDS[use];
  const body = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(
    pem,
  )?.[1];
  if (body === undefined)
    throw new NodeError('crypto.key', `Expected a key that begins with -----BEGIN ${label}-----.`);
  try {
    const der = Uint8Array.from(atob(body.replaceAll(/\s/g, '')), (character) => character.charCodeAt(0));
    return await crypto.subtle.importKey(format, der, ALGORITHMS[name], false, [use]);
  } catch {
    // What the key was stays out of the message.
    throw new NodeError('crypto.key', `The key does not fit ${name}.`);
  }
};

/** `pem`: PKCS #8. Throws `crypto.key`. */
export const sign = async (name: SignatureName, pem: string, data: string): Promise<Uint8Array> => {
  const key = await importKey(name, pem, 'sign');
  return new Uint8Array(await crypto.subtle.sign(ALGORITHMS[name], key, new TextEncoder().encode(data)));
};

/** `pem`: SubjectPublicKeyInfo. Throws `crypto.key`. */
export const verify = async (
  name: SignatureName,
  pem: string,
  data: string,
  signature: Uint8Array,
): Promise<boolean> => {
  const key = await importKey(name, pem, 'verify');
  return crypto.subtle.verify(
    ALGORITHMS[name],
    key,
    Uint8Array.from(signature),
    new TextEncoder().encode(data),
  );
};
