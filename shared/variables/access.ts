import type { Caller } from '../auth/caller.ts';
import { canWrite, notFound } from '../auth/visibility.ts';
import type { Platform } from '../platform.ts';
import type { VariableRecord } from '../store/variables.ts';

/** A variable the caller may read and change: their own, and any for an admin. */
export const ownVariable = async (
  { caller, platform }: { readonly caller: Caller; readonly platform: Platform },
  variableId: string,
): Promise<VariableRecord> => {
  const variable = await platform.stores.variables.get(variableId);
  if (!variable || !canWrite(caller, variable)) throw notFound('variable');
  return variable;
};
