import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureRule } from '../../engine/triggers/webhook-authentication.ts';
import { schemeOf } from './signature-scheme.ts';

export type Verdict =
  /** `once`: the signature in one spelling, where it may be good for one request only. */
  | { readonly valid: true; readonly once: string | null }
  | { readonly valid: false; readonly reason: 'missing' | 'wrong' | 'expired' };

const HEX = /^[0-9a-f]+$/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Checks a request against the bytes that came, before anything has read them. */
export const verifySignature = (
  rule: SignatureRule,
  secret: string,
  request: { readonly headers: Readonly<Record<string, string | undefined>>; readonly body: Uint8Array },
  now: number,
): Verdict => {
  const scheme = schemeOf(rule);
  const read = scheme.read(request.headers);
  if (!read || read.given.length === 0) return { valid: false, reason: 'missing' };
  const expected = createHmac(scheme.algorithm, scheme.key(secret))
    .update(read.before)
    .update(request.body)
    .update(read.after)
    .digest();
  const fits = read.given.map((given) => equals(decoded(given, scheme.encoding), expected)).includes(true);
  if (!fits) return { valid: false, reason: 'wrong' };
  if (read.time !== null && Math.abs(now - read.time) > rule.toleranceSeconds * 1_000) {
    return { valid: false, reason: 'expired' };
  }
  return { valid: true, once: scheme.signedOnce ? expected.toString('hex') : null };
};

/** Buffer leaves out what it cannot read; a signature with such in it is none. */
const decoded = (given: string, encoding: 'hex' | 'base64'): Buffer =>
  (encoding === 'hex' ? HEX : BASE64).test(given) ? Buffer.from(given, encoding) : Buffer.alloc(0);

/** Its time tells nothing but the length, which everybody knows. */
const equals = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);
