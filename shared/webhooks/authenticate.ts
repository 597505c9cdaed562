import { createHash, timingSafeEqual } from 'node:crypto';
import { matchesHash } from '../auth/secret.ts';
import type { Platform } from '../platform.ts';
import type { WebhookRecord } from '../store/webhook-row.ts';
import { openSecret } from './secret.ts';
import { verifySignature } from './verify-signature.ts';

/** A request as it came. Names of headers in lower case. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Byte by byte as it came; only a signature asks for it. */
  readonly body: () => Uint8Array;
}

export type Authenticated =
  | {
      readonly allowed: true;
      /** What tells this request from all others, if the sender has proved that; a second one with it is a repeat. */
      readonly once: string | null;
      /** The headers that showed who the sender is: secrets, and nobody's business from here on. */
      readonly secretHeaders: readonly string[];
    }
  | { readonly allowed: false; readonly reason: string };

/** Whether the sender is who the webhook wants. Refuses where no secret has been set yet. */
export const authenticateHook = async (
  platform: Platform,
  hook: WebhookRecord,
  request: SignedRequest,
): Promise<Authenticated> => {
  const { authentication } = hook;
  switch (authentication.kind) {
    case 'none':
      return { allowed: true, once: null, secretHeaders: [] };
    case 'token':
      return withToken(hook, authentication.header, request);
    case 'basic':
      return withPassword(platform, hook, request);
    case 'hmac': {
      const secret = await openSecret(platform, hook);
      if (typeof secret !== 'string') return { allowed: false, reason: 'no secret is set' };
      const verdict = verifySignature(
        authentication,
        secret,
        { headers: request.headers, body: request.body() },
        platform.clock.now(),
      );
      return verdict.valid
        ? { allowed: true, once: verdict.once, secretHeaders: [] }
        : { allowed: false, reason: `the signature is ${verdict.reason}` };
    }
  }
};

const withToken = (
  { authToken }: WebhookRecord,
  header: string,
  { headers }: SignedRequest,
): Authenticated => {
  const written = headers[header] ?? '';
  const given = header === 'authorization' ? written.replace(/^Bearer\s+/i, '') : written;
  if (authToken === null) return { allowed: false, reason: 'no token is set' };
  if (given === '') return { allowed: false, reason: 'the token is missing' };
  if (!matchesHash(given, authToken)) return { allowed: false, reason: 'the token is wrong' };
  return { allowed: true, once: null, secretHeaders: [header] };
};

const withPassword = async (
  platform: Platform,
  hook: WebhookRecord,
  { headers }: SignedRequest,
): Promise<Authenticated> => {
  const secret = await openSecret(platform, hook);
  if (secret === null || typeof secret === 'string') return { allowed: false, reason: 'no password is set' };
  const given = /^Basic\s+([A-Za-z0-9+/_=-]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) return { allowed: false, reason: 'the password is missing' };
  const expected = `${secret.username}:${secret.password}`;
  if (!sameText(Buffer.from(given, 'base64').toString('utf8'), expected)) {
    return { allowed: false, reason: 'the name or the password is wrong' };
  }
  return { allowed: true, once: null, secretHeaders: ['authorization'] };
};

/** Of digests, whose length says nothing. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
