import type { JWK } from 'jose';

/** The key that signs session tokens (ES256): on AWS in KMS, locally in a file. Verification uses the public half only. */
export interface TokenSigner {
  /** The 64-byte `r || s` signature (JWS form, not DER) over the SHA-256 of the input. */
  sign(input: Uint8Array): Promise<Uint8Array>;
  publicJwk(): Promise<JWK & { readonly kid: string }>;
}
