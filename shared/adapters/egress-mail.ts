import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { NodeError } from '../../engine/errors.ts';
import type { MailMessage, MailPort, MailServer } from '../../engine/mail-port.ts';
import { isPublicAddress } from './address.ts';
import { type Resolve, systemResolve } from './egress-agent.ts';
import { blockedAddress, type EgressRules, isAllowedHost, refused } from './egress-rules.ts';

interface MailOptions extends Partial<EgressRules> {
  readonly resolve?: Resolve;
  readonly log?: (entry: object) => void;
}

const MAIL_PORTS = [25, 465, 587, 2525];

/** E-mail, with the same rules of addresses as other calls. The library is loaded when there is something to send. */
export const makeMail = (options: MailOptions = {}): MailPort => {
  const rules = { allowedHosts: options.allowedHosts ?? [], allowedPorts: options.allowedPorts ?? [] };
  const resolve = options.resolve ?? systemResolve;

  /** The address that is connected to; every one the name has must be public. */
  const addressOf = async ({ host, port }: MailServer): Promise<string> => {
    const url = URL.parse(`smtp://${host.includes(':') ? `[${host}]` : host}:${port}`);
    if (!url) throw refused('The server has no proper host name.');
    const isOwn = isAllowedHost(url, rules);
    if (!isOwn && !MAIL_PORTS.includes(port) && !rules.allowedPorts.includes(port))
      throw refused(`E-mail servers are called on the ports ${MAIL_PORTS.join(', ')}.`);
    const addresses = isIP(host) === 0 ? await found(resolve(host)) : [{ address: host }];
    const [first] = addresses;
    if (!first) throw unreachable();
    if (!isOwn && !addresses.every(({ address }) => isPublicAddress(address))) throw blockedAddress();
    return first.address;
  };

  return {
    compose: async (message) => {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
      // Nobody but those it stands for may see who got a blind copy, and here all do.
      const written = await writtenOf({ ...message, bcc: [] });
      return (await transport.sendMail(written)).message as Uint8Array;
    },
    verify: (server, limits) =>
      spoken(server, limits, (transport) => transport.verify()).then(() => undefined),
    send: async (message, server, limits) => {
      const written = await writtenOf(message);
      const sent = await spoken(server, limits, (transport) => transport.sendMail(written));
      return {
        accepted: sent.accepted.map(addressIn),
        rejected: sent.rejected.map(addressIn),
        response: sent.response,
      };
    },
  };

  /** A conversation with a server, at an address that was checked. */
  async function spoken<T>(
    server: MailServer,
    { timeoutMilliseconds, signal }: { readonly timeoutMilliseconds: number; readonly signal: AbortSignal },
    speak: (transport: Awaited<ReturnType<typeof transportTo>>) => Promise<T>,
  ): Promise<T> {
    const transport = await transportTo(server, await addressOf(server), timeoutMilliseconds);
    try {
      return await within(speak(transport), timeoutMilliseconds, signal);
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      throw forTenant(thrown, server, options.log);
    } finally {
      transport.close();
    }
  }
};

const transportTo = async (server: MailServer, address: string, timeoutMilliseconds: number) => {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    host: address,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'off',
    tls: { servername: isIP(server.host) === 0 ? server.host : '' },
    ...(server.username !== undefined && {
      auth: { user: server.username, pass: server.password ?? '' },
    }),
    connectionTimeout: timeoutMilliseconds,
    greetingTimeout: timeoutMilliseconds,
    socketTimeout: timeoutMilliseconds,
  });
};

const found = async (resolving: ReturnType<Resolve>) => {
  try {
    return await resolving;
  } catch {
    throw unreachable();
  }
};

const addressIn = (each: string | { readonly address: string }): string =>
  typeof each === 'string' ? each : each.address;

/** Nothing in a message may make the library read files or call addresses. */
const writtenOf = async (message: MailMessage) => ({
  ...message,
  to: [...message.to],
  cc: [...message.cc],
  bcc: [...message.bcc],
  replyTo: [...message.replyTo],
  headers: { ...message.headers },
  date: new Date(message.date),
  disableFileAccess: true,
  disableUrlAccess: true,
  attachments: await Promise.all(
    message.attachments.map(async ({ fileName, mediaType, open }) => ({
      filename: fileName,
      contentType: mediaType,
      content: Readable.from(await open(), { objectMode: false }),
    })),
  ),
});

/** The library has limits for silence only, and none for a server that goes on and on. */
const within = async <T>(sending: Promise<T>, milliseconds: number, signal: AbortSignal): Promise<T> => {
  const end = Promise.withResolvers<never>();
  const abort = () => end.reject(signal.reason);
  const timer = setTimeout(() => end.reject(unreachable()), milliseconds);
  signal.addEventListener('abort', abort, { once: true });
  sending.catch(() => undefined);
  try {
    signal.throwIfAborted();
    return await Promise.race([sending, end.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
};

const unreachable = (cause?: unknown): NodeError =>
  new NodeError('email.network', 'The e-mail server could not be reached or did not answer properly.', {
    retryable: true,
    cause,
  });

interface MailFailure {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/** What the server said is told; why it could not be reached is not. */
const forTenant = (thrown: unknown, { host }: MailServer, log: MailOptions['log']): NodeError => {
  if (thrown instanceof NodeError) return thrown;
  const { code, responseCode, response } = (thrown ?? {}) as MailFailure;
  if (thrown instanceof Error && thrown.cause instanceof NodeError) return thrown.cause;
  if (typeof responseCode !== 'number') {
    log?.({ event: 'email.failed', host, code, error: String(thrown) });
    return unreachable();
  }
  const isLogin = code === 'EAUTH';
  return new NodeError(
    isLogin ? 'email.authentication' : 'email.rejected',
    `The e-mail server ${isLogin ? 'refused the login' : 'refused the message'}: ${response}`.slice(0, 500),
    // 4xx is for now, 5xx for good (RFC 5321 §4.2.1).
    { retryable: responseCode < 500, details: { responseCode } },
  );
};
