import { authenticate } from '../../engine/credentials/authenticate.ts';
import type { CredentialType } from '../../engine/credentials/define-credential-type.ts';
import { credentialTypes } from '../../engine/credentials/registry.ts';
import { NodeError } from '../../engine/errors.ts';
import type { CredentialData, HttpRequest, ResolvedCredential } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import { resolved } from './resolve.ts';

export interface Verdict {
  readonly ok: boolean;
  readonly message: string;
  /** Of the HTTP answer, when there was one. */
  readonly status: number | null;
}

interface Tried {
  readonly platform: Platform;
  readonly ownerId: string;
  readonly credential: ResolvedCredential;
  /** What to call, where something must be called. */
  readonly url: string | undefined;
}

const TIMEOUT_MILLISECONDS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** Uses a credential once. What goes wrong with the credential is a verdict; throws only `request.invalid`. */
export const probe = async (
  platform: Platform,
  record: CredentialRecord,
  data: CredentialData,
  asked: string | undefined,
): Promise<Verdict> => {
  const type = credentialTypes.get(record.type);
  const url = asked ?? (typeof data.testUrl === 'string' ? data.testUrl : undefined);
  const speaks = type?.speaks ?? 'http';
  if (speaks === 'http' && url === undefined && type?.grant == null) throw addressNeeded();
  try {
    const credential = await resolved(platform, record, data);
    return await TRY[speaks]({ platform, ownerId: record.createdBy, credential, url });
  } catch (thrown) {
    if (thrown instanceof NodeError) return { ok: false, message: thrown.message, status: null };
    throw thrown;
  }
};

const limits = () => ({
  timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  signal: new AbortController().signal,
});

const aRequest = (method: string, url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method,
  url,
  headers: { accept: '*/*' },
  maxRedirects: 5,
  maxResponseBytes: MAX_BYTES,
  ...limits(),
  ...more,
});

const TRY: Readonly<Record<CredentialType['speaks'], (tried: Tried) => Promise<Verdict>>> = {
  http: async ({ platform, credential, url }) => {
    if (url === undefined) return { ok: true, message: 'There is a valid token.', status: null };
    const { status } = await platform.http.request(authenticate(aRequest('GET', url), credential));
    return { ok: status < 400, message: MESSAGES[status] ?? `The server answered ${status}.`, status };
  },
  mail: async ({ platform, credential: { data } }) => {
    const security = data.security === 'tls' || data.security === 'off' ? data.security : 'starttls';
    await platform.services.mail.verify(
      {
        host: String(data.host),
        port: Number(data.port),
        security,
        username: optional(data.username),
        password: optional(data.password),
      },
      limits(),
    );
    return { ok: true, message: 'The server takes e-mail.', status: null };
  },
  sql: async ({ platform, credential }) => {
    const statements = [{ text: 'SELECT 1', parameters: [] }];
    const once = { statements, transaction: false, readOnly: true, maxRows: 1, ...limits() };
    await platform.services.sql.run({ credential, ...once });
    return { ok: true, message: 'The database answers.', status: null };
  },
  aws: async ({ platform, ownerId, credential }) => {
    const region = String(credential.data.region);
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    const request = aRequest('POST', `https://sts.${region}.${suffix}/`, {
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      maxRedirects: 0,
    });
    const signed = await platform.services.aws(ownerId).sign({ service: 'sts', credential, region, request });
    const { status } = await platform.http.request(signed);
    const message = status < 400 ? 'AWS knows this identity.' : `AWS does not accept it (${status}).`;
    return { ok: status < 400, message, status };
  },
};

const optional = (value: CredentialData[string] | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'The server does not accept the credential (401).',
  403: 'The server knows the credential and refuses this address to it (403).',
};

const addressNeeded = () =>
  new AppError('request.invalid', 'Say what to call: send url, or give the credential a test URL.', {
    errors: [{ pointer: '/url', message: 'is needed, as the credential has no test URL' }],
  });
