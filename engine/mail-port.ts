/** An e-mail, ready to be written down. Addresses are as RFC 5322 has them: `ada@example.com` or `Ada <ada@example.com>`. */
export interface MailMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The same for every attempt to send it. */
  readonly messageId: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly attachments: readonly MailAttachment[];
}

interface MailAttachment {
  readonly fileName: string;
  readonly mediaType: string;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** A server that takes e-mail. `starttls` insists on it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'off';
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export interface SentMail {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  /** What the server said to it. */
  readonly response: string;
}

export interface MailPort {
  /** Connects and signs in, and sends nothing. Throws what `send` throws. */
  verify(
    server: MailServer,
    options: { readonly timeoutMilliseconds: number; readonly signal: AbortSignal },
  ): Promise<void>;
  /** The message as it goes over the wire, without `bcc`, for those who send it otherwise. */
  compose(message: MailMessage): Promise<Uint8Array>;
  /**
   * Hands a message to a server, under the rules that all calls to the outside have. Throws NodeError `http.blockedAddress`, `http.refused`,
   * `email.network`, `email.authentication`, `email.rejected`.
   */
  send(
    message: MailMessage,
    server: MailServer,
    options: { readonly timeoutMilliseconds: number; readonly signal: AbortSignal },
  ): Promise<SentMail>;
}
