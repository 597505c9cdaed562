import { z } from 'zod';
import type { CredentialData } from '../../engine/ports.ts';
import type { CredentialRecord } from '../store/credentials.ts';
import type { EncryptionContext } from './key-service.ts';
import type { Vault } from './vault.ts';

const dataSchema: z.ZodType<CredentialData> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]),
);

/** What a sealed credential is bound to: in the place of another one, or in the hands of another owner, it does not open. */
export const contextOf = ({
  id,
  createdBy,
}: Pick<CredentialRecord, 'id' | 'createdBy'>): EncryptionContext => ({
  credentialId: id,
  ownerId: createdBy,
});

export const sealCredential = (
  vault: Vault,
  owned: Pick<CredentialRecord, 'id' | 'createdBy'>,
  data: CredentialData,
): Promise<string> => vault.seal(data, contextOf(owned));

/** Throws `credential.unreadable`. */
export const openCredential = async (vault: Vault, record: CredentialRecord): Promise<CredentialData> =>
  dataSchema.parse(await vault.open(record.data, contextOf(record)));
