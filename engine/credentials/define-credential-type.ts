import { z } from 'zod';
import type { CredentialData } from '../ports.ts';

/** What a credential adds to an HTTP request. */
export interface Authentication {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** A kind of credential: what it holds, where it may go, and how it authenticates a request. */
export interface CredentialType {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  /** What people fill in. Titles, descriptions and defaults become the form. */
  readonly fields: z.ZodType<CredentialData>;
  /** Whether a field is never shown again. */
  readonly isSecret: (field: string) => boolean;
  /** Hosts that follow from what is filled in: where it may be sent when nobody says otherwise. */
  readonly hosts: (data: CredentialData) => readonly string[];
  /** How a token is got (RFC 6749) that nodes see in place of what people fill in; null where there is none. */
  readonly grant: 'clientCredentials' | 'authorizationCode' | null;
  /** Over what it is tried out. */
  readonly speaks: 'http' | 'mail' | 'sql' | 'aws';
  /** How an HTTP request is authenticated, from what `resolve` gives; null where headers and query do not do it. */
  readonly authenticate: ((data: CredentialData) => Authentication) | null;
}

interface Written<Fields extends object, Resolved extends object> {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly fields: z.ZodType<Fields>;
  readonly secrets: readonly (keyof Fields & string)[] | 'all';
  readonly hosts: (data: Fields) => readonly (string | undefined)[];
  /** What nodes get to see, when that is not what people fill in. */
  readonly resolved?: z.ZodType<Resolved>;
  readonly grant?: CredentialType['grant'];
  readonly speaks?: CredentialType['speaks'];
  readonly authenticate?: (data: Resolved) => Authentication;
}

export const defineCredentialType = <Fields extends object, Resolved extends object = Fields>(
  written: Written<Fields, Resolved>,
): CredentialType => {
  const { type, name, description, fields, secrets, hosts, authenticate } = written;
  const resolved = written.resolved ?? (fields as unknown as z.ZodType<Resolved>);
  return {
    type,
    name,
    description,
    // Fields are texts, numbers and flags in all of them: a test walks the table.
    fields: fields as unknown as z.ZodType<CredentialData>,
    isSecret: (field) => secrets === 'all' || (secrets as readonly string[]).includes(field),
    hosts: (data) => [...new Set(hosts(fields.parse(data)).filter((host) => host !== undefined))],
    grant: written.grant ?? null,
    speaks: written.speaks ?? 'http',
    authenticate: authenticate ? (data) => authenticate(resolved.parse(data)) : null,
  };
};

/** A text that is never shown. */
export const secretText = (title: string, maximum = 8_192) =>
  z.string().min(1).max(maximum).meta({ title, format: 'password', writeOnly: true });

/** An address that shows whether the credential works, and tells to what host it belongs. */
export const testUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(2_048)
  .optional()
  .meta({ title: 'Test URL', description: 'Called with GET to see whether the credential works.' });

/** `host`, or `host:port` where the port is not the usual one. */
export const hostOf = (url: string | undefined): string | undefined =>
  (url === undefined ? undefined : URL.parse(url)?.host) || undefined;
