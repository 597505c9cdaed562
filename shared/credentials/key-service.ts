/** What a key may be used for: authenticated with everything encrypted, and written to logs in clear, so ids only. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** Keeps the key that wraps data keys: in KMS on AWS, in a file on one machine. */
export interface KeyService {
  /** A new key of 256 bits, and itself wrapped for this context. */
  generateDataKey(context: EncryptionContext): Promise<{ plaintext: Uint8Array; encrypted: Uint8Array }>;
  /** Rejects when the bytes were not wrapped here, for this very context. */
  decrypt(encrypted: Uint8Array, context: EncryptionContext): Promise<Uint8Array>;
}

/** A context as bytes: the same for the same pairs, in whatever order. */
export const contextBytes = (context: EncryptionContext): Uint8Array =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
