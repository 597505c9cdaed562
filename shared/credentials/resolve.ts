import { NodeError } from '../../engine/errors.ts';
import type { CredentialPort } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import type { Stores } from '../store/stores.ts';
import { openCredential } from './credential-data.ts';
import type { Vault } from './vault.ts';

interface ResolverWorld {
  readonly stores: Pick<Stores, 'credentials'>;
  readonly vault: Vault;
}

/** A credential that a workflow of this owner may use: asked when one is saved and when it runs. What belongs to others is not there. */
export const usableCredential = async (
  { credentials }: Pick<Stores, 'credentials'>,
  ownerId: string,
  credentialId: string,
): Promise<CredentialRecord | null> => {
  const record = await credentials.get(credentialId);
  return record?.createdBy === ownerId ? record : null;
};

/** The credentials of one owner, as nodes get them. Read afresh each time: one that was deleted is gone with the next call. */
export const credentialsOf = ({ stores, vault }: ResolverWorld, ownerId: string): CredentialPort => ({
  resolve: async (credentialId) => {
    try {
      const record = await usableCredential(stores, ownerId, credentialId);
      if (!record) throw new NodeError('credential.notFound', `There is no credential ${credentialId}.`);
      const { id, type, allowedHosts } = record;
      return { id, type, data: await openCredential(vault, record), allowedHosts };
    } catch (thrown) {
      throw thrown instanceof AppError ? unusable(thrown) : thrown;
    }
  },
});

const unusable = (error: AppError): NodeError =>
  new NodeError('credential.unusable', error.message, { retryable: error.status >= 500, cause: error });
