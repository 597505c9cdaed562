import { authenticate } from '../../engine/credentials/authenticate.ts';
import { credentialTypes } from '../../engine/credentials/registry.ts';
import { NodeError } from '../../engine/errors.ts';
import type { CredentialData } from '../../engine/ports.ts';
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

const TIMEOUT_MILLISECONDS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** Uses a credential once. What goes wrong with the credential is a verdict; throws only `request.invalid`. */
export const probe = async (
  platform: Platform,
  record: CredentialRecord,
  data: CredentialData,
  url: string | undefined,
): Promise<Verdict> => {
  const type = credentialTypes.get(record.type);
  const address = url ?? (typeof data.testUrl === 'string' ? data.testUrl : undefined);
  if (address === undefined && type?.grant == null) throw addressNeeded();
  try {
    const credential = await resolved(platform, record, data);
    if (address === undefined) return { ok: true, message: 'There is a valid token.', status: null };
    const { status } = await platform.http.request(
      authenticate(
        {
          method: 'GET',
          url: address,
          headers: { accept: '*/*' },
          maxRedirects: 5,
          timeoutMilliseconds: TIMEOUT_MILLISECONDS,
          maxResponseBytes: MAX_BYTES,
          signal: new AbortController().signal,
        },
        credential,
      ),
    );
    return { ok: status < 400, message: MESSAGES[status] ?? `The server answered ${status}.`, status };
  } catch (thrown) {
    if (thrown instanceof NodeError) return { ok: false, message: thrown.message, status: null };
    throw thrown;
  }
};

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'The server does not accept the credential (401).',
  403: 'The server knows the credential and refuses this address to it (403).',
};

const addressNeeded = () =>
  new AppError('request.invalid', 'Say what to call: send url, or give the credential a test URL.', {
    errors: [{ pointer: '/url', message: 'is needed, as the credential has no test URL' }],
  });
