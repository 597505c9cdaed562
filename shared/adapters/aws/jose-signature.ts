const HALF_BYTES = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * A P-256 signature as JWS wants it (RFC 7518 §3.4: `r || s`, 32 bytes each), from the DER that KMS answers with. Throws
 * when it is not one.
 */
export const joseSignature = (der: Uint8Array): Uint8Array => {
  const [r, s] = integersOf(der);
  if (!r || !s) throw new Error('Expected an ECDSA signature in DER: a sequence of two integers.');
  return Buffer.concat([r, s]);
};

const integersOf = (der: Uint8Array): (Uint8Array | undefined)[] => {
  // Two integers of 33 bytes at most: every length is one byte.
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) return [];
  const first = integerAt(der, 2);
  return [first?.value, first && integerAt(der, first.end)?.value];
};

/** A positive integer in 32 bytes: DER drops leading zeros, and puts one before a first bit that is set. */
const integerAt = (der: Uint8Array, at: number): { value: Uint8Array; end: number } | undefined => {
  const length = der[at + 1];
  if (der[at] !== INTEGER || length === undefined) return undefined;
  const end = at + 2 + length;
  const digits = Buffer.from(der.subarray(at + 2, end));
  const start = digits.findIndex((digit) => digit !== 0);
  const significant = start < 0 ? Buffer.alloc(0) : digits.subarray(start);
  if (digits.length !== length || significant.length > HALF_BYTES) return undefined;
  return { value: Buffer.concat([Buffer.alloc(HALF_BYTES - significant.length), significant]), end };
};
