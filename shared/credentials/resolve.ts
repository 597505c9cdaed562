import { credentialTypes } from '../../engine/credentials/registry.ts';
import { NodeError } from '../../engine/errors.ts';
import type { CredentialData, CredentialPort, ResolvedCredential } from '../../engine/ports.ts';
import { AppError } from '../errors.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import type { Stores } from '../store/stores.ts';
import { accessTokenOf, type TokenWorld } from './access-token.ts';
import { openCredential } from './credential-data.ts';

export interface ResolverWorld extends TokenWorld {
  readonly stores: Pick<Stores, 'credentials' | 'oauthTokens'>;
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
export const credentialsOf = (world: ResolverWorld, ownerId: string): CredentialPort => ({
  resolve: async (credentialId) => {
    try {
      const record = await usableCredential(world.stores, ownerId, credentialId);
      if (!record) throw new NodeError('credential.notFound', `There is no credential ${credentialId}.`);
      return await resolved(world, record, await openCredential(world.vault, record));
    } catch (thrown) {
      throw thrown instanceof AppError ? unusable(thrown) : thrown;
    }
  },
});

/** What nodes see of a credential: itself, or the token it stands for. */
export const resolved = async (
  world: TokenWorld,
  record: CredentialRecord,
  data: CredentialData,
): Promise<ResolvedCredential> => {
  const { id, type, allowedHosts } = record;
  const grant = credentialTypes.get(type)?.grant ?? null;
  if (grant === null) return { id, type, data, allowedHosts };
  const accessToken = await accessTokenOf(world, { record, data, grant });
  return { id, type, data: { accessToken }, allowedHosts };
};

const unusable = (error: AppError): NodeError =>
  new NodeError('credential.unusable', error.message, { retryable: error.status >= 500, cause: error });
