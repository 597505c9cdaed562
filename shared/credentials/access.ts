import type { Caller } from '../auth/caller.ts';
import { canWrite, notFound } from '../auth/visibility.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { CredentialRecord } from '../store/credentials.ts';

interface Asked {
  readonly caller: Caller;
  readonly platform: Platform;
}

/** A credential the caller may know of: its owner, and admins, who may delete it. */
export const visibleCredential = async (
  { caller, platform }: Asked,
  credentialId: string,
): Promise<CredentialRecord> => {
  const credential = await platform.stores.credentials.get(credentialId);
  if (!credential || !canWrite(caller, credential)) throw notFound('credential');
  return credential;
};

/** A credential the caller may use and change: theirs. Not an admin, who could else send the secrets of others to any host. */
export const ownCredential = async (asked: Asked, credentialId: string): Promise<CredentialRecord> => {
  const credential = await visibleCredential(asked, credentialId);
  if (credential.createdBy === asked.caller.userId) return credential;
  throw new AppError('auth.forbidden', 'Only its owner uses and changes a credential. You may delete it.');
};
