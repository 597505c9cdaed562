import type { Scope } from '../contracts/route.ts';

/** Who makes a request, as of this request: role and activity are read fresh each time. */
export interface Caller {
  readonly kind: 'session' | 'key';
  readonly userId: string;
  readonly username: string;
  readonly role: 'admin' | 'user';
  /** A session may do all its role may; a key only what it was made for. */
  readonly scopes: readonly Scope[] | 'all';
  /** The family of refresh tokens of a session, the key's id of a key. */
  readonly credentialId: string;
}
