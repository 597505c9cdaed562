import { createHash } from 'node:crypto';
import type { JWK } from 'jose';

/** The thumbprint of an elliptic key (RFC 7638): these members in this order, nothing else. */
export const keyThumbprint = ({ crv, kty, x, y }: Pick<JWK, 'crv' | 'kty' | 'x' | 'y'>): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
