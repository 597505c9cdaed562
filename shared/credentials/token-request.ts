import { z } from 'zod';
import { hostOf } from '../../engine/credentials/define-credential-type.ts';
import type { CredentialData, HttpPort } from '../../engine/ports.ts';

/** What an authorization server gave. Times are milliseconds since 1970; null where it set none. */
export interface GrantedToken {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly validUntil: number | null;
}

/** The server answered, and the answer is no token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  /** An error code of RFC 6749 §5.2, or "error". Never a text of the server's: it might repeat what it was sent. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The authorization server refused (${reason}).`);
    this.reason = reason;
  }
}

const clientSchema = z.object({
  tokenUrl: z.string(),
  clientId: z.string(),
  clientSecret: z.string().optional(),
  clientAuthentication: z.enum(['basic', 'body']),
});

const KNOWN_REASONS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
]);

/** A lifetime some servers send as a text. */
const answerSchema = z.object({
  access_token: z.string().min(1).max(65_536),
  token_type: z.string().default('bearer'),
  refresh_token: z.string().min(1).max(65_536).nullish(),
  expires_in: z.coerce
    .number()
    .positive()
    .max(10 * 366 * 86_400)
    .nullish(),
});

const TIMEOUT_MILLISECONDS = 15_000;
const MAX_BYTES = 256 * 1024;

/** Asks the token URL of a credential. Throws TokenRefused, and NodeError when the server cannot be reached. */
export const requestToken = async (
  http: HttpPort,
  data: CredentialData,
  grant: Readonly<Record<string, string>>,
  now: number,
): Promise<GrantedToken> => {
  const { tokenUrl, clientId, clientSecret, clientAuthentication } = clientSchema.parse(data);
  const inHeader = clientAuthentication === 'basic' && clientSecret !== undefined;
  const form = new URLSearchParams({
    ...grant,
    ...(inHeader ? {} : { client_id: clientId }),
    ...(inHeader || clientSecret === undefined ? {} : { client_secret: clientSecret }),
  });
  const response = await http.request({
    method: 'POST',
    url: tokenUrl,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(inHeader ? { authorization: basicOf(clientId, clientSecret) } : {}),
    },
    body: form.toString(),
    // A secret is sent nowhere but where it is meant for.
    maxRedirects: 0,
    allowedHosts: [hostOf(tokenUrl) ?? ''],
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    maxResponseBytes: MAX_BYTES,
    signal: new AbortController().signal,
  });
  const answer = jsonOf(response.body);
  const granted = answerSchema.safeParse(answer);
  const isBearer = granted.data?.token_type.toLowerCase() === 'bearer';
  // Some servers say 200 and mean an error.
  if (response.status >= 300 || !granted.success || !isBearer) throw new TokenRefused(reasonOf(answer));
  const { access_token, refresh_token, expires_in } = granted.data;
  return {
    accessToken: access_token,
    refreshToken: refresh_token ?? null,
    validUntil: expires_in == null ? null : now + expires_in * 1000,
  };
};

/** RFC 6749 §2.3.1: both are form-encoded first. */
const basicOf = (clientId: string, clientSecret: string): string =>
  `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`;
const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

const jsonOf = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
};

const reasonOf = (answer: unknown): string => {
  const reason = z.object({ error: z.string() }).safeParse(answer).data?.error ?? '';
  return KNOWN_REASONS.has(reason) ? reason : 'error';
};
