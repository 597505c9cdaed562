import type { SignatureRule } from '../../engine/triggers/webhook-authentication.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** What a request says of its signature. */
export interface ReadSignature {
  /** As they are written, without what stands before them; one that fits is enough. */
  readonly given: readonly string[];
  /** Milliseconds since 1970; null where the scheme signs no time. */
  readonly time: number | null;
  /** What is signed stands before and behind the raw body. */
  readonly before: string;
  readonly after: string;
}

export interface SignatureScheme {
  readonly algorithm: 'sha256' | 'sha512' | 'sha1';
  readonly encoding: 'hex' | 'base64';
  /** Null when the request is not signed as it should be. */
  read(headers: Headers): ReadSignature | null;
  /** The key that the secret stands for. */
  key(secret: string): Buffer;
  /** Whether the same signature may be good for one request only. */
  readonly signedOnce: boolean;
}

const plainKey = (secret: string): Buffer => Buffer.from(secret, 'utf8');

/** As their inventors describe them. */
const NAMED: Readonly<Record<Exclude<SignatureRule['scheme'], 'custom'>, SignatureScheme>> = {
  github: {
    algorithm: 'sha256',
    encoding: 'hex',
    signedOnce: true,
    key: plainKey,
    read: (headers) => {
      const given = after('sha256=', headers['x-hub-signature-256']);
      return given === null ? null : { given: [given], time: null, before: '', after: '' };
    },
  },
  stripe: {
    algorithm: 'sha256',
    encoding: 'hex',
    signedOnce: true,
    key: plainKey,
    read: (headers) => {
      const pairs = (headers['stripe-signature'] ?? '').split(',').map((pair) => pair.trim().split('='));
      const valuesOf = (name: string) =>
        pairs.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
      const [timestamp, ...more] = valuesOf('t');
      return more.length > 0 ? null : timed(timestamp, valuesOf('v1'), `${timestamp}.`, '');
    },
  },
  slack: {
    algorithm: 'sha256',
    encoding: 'hex',
    signedOnce: true,
    key: plainKey,
    read: (headers) => {
      const timestamp = headers['x-slack-request-timestamp'];
      const given = after('v0=', headers['x-slack-signature']);
      return given === null ? null : timed(timestamp, [given], `v0:${timestamp}:`, '');
    },
  },
  // standardwebhooks.com: several signatures parted by blanks, the key in base64 behind "whsec_".
  standard: {
    algorithm: 'sha256',
    encoding: 'base64',
    signedOnce: true,
    key: (secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'),
    read: (headers) => {
      const timestamp = headers['webhook-timestamp'];
      const id = headers['webhook-id'];
      const given = (headers['webhook-signature'] ?? '')
        .split(' ')
        .flatMap((each) => after('v1,', each) ?? []);
      return id === undefined ? null : timed(timestamp, given, `${id}.${timestamp}.`, '');
    },
  },
};

export const schemeOf = (rule: SignatureRule): SignatureScheme =>
  rule.scheme === 'custom' ? customScheme(rule) : NAMED[rule.scheme];

const customScheme = ({
  header = '',
  algorithm = 'sha256',
  encoding = 'hex',
  prefix = '',
  timestampHeader,
  signedText = '{body}',
}: SignatureRule): SignatureScheme => ({
  algorithm,
  encoding,
  // Without a time that is signed two equal requests may well be meant.
  signedOnce: timestampHeader !== undefined,
  key: plainKey,
  read: (headers) => {
    const given = after(prefix, headers[header]);
    if (given === null) return null;
    const timestamp = timestampHeader === undefined ? undefined : headers[timestampHeader];
    const [before = '', behind = ''] = signedText.replaceAll('{timestamp}', timestamp ?? '').split('{body}');
    return timestampHeader === undefined
      ? { given: [given], time: null, before, after: behind }
      : timed(timestamp, [given], before, behind);
  },
});

const after = (prefix: string, header: string | undefined): string | null =>
  header?.startsWith(prefix) && header.length > prefix.length ? header.slice(prefix.length) : null;

/** Null without a readable time, in seconds or milliseconds. */
const timed = (
  timestamp: string | undefined,
  given: readonly string[],
  before: string,
  behind: string,
): ReadSignature | null => {
  if (timestamp === undefined || !/^\d{1,13}$/.test(timestamp)) return null;
  const time = timestamp.length > 11 ? Number(timestamp) : Number(timestamp) * 1_000;
  return { given, time, before, after: behind };
};
