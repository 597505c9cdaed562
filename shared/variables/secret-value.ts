import { z } from 'zod';
import type { Vault } from '../credentials/vault.ts';
import type { VariableRecord } from '../store/variables.ts';

const contextOf = ({ id, createdBy }: Pick<VariableRecord, 'id' | 'createdBy'>) => ({
  variableId: id,
  ownerId: createdBy,
});

export const sealVariable = (
  vault: Vault,
  record: Pick<VariableRecord, 'id' | 'createdBy'>,
  value: string,
): Promise<string> => vault.seal(value, contextOf(record));

/** Throws `credential.unreadable`. */
export const openVariable = async (vault: Vault, record: VariableRecord): Promise<string> =>
  z.string().parse(await vault.open(record.value ?? '', contextOf(record)));
