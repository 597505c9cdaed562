import type { Json } from '../../engine/item.ts';
import type { Vault } from '../credentials/vault.ts';
import { AppError } from '../errors.ts';
import type { VariableRecord } from '../store/variables.ts';
import { sealVariable } from './secret-value.ts';
import { misfit, readValue, writeValue } from './value.ts';

/** Bytes of the text a value is kept as: all variables of a workflow are read for each slice. */
const MAX_BYTES = 32 * 1024;

type Described = Pick<VariableRecord, 'id' | 'createdBy' | 'type' | 'isSecret'>;

/** A value as the row keeps it. Throws `request.invalid` for one that is none of its type. */
export const keptValue = async (vault: Vault, variable: Described, value: Json): Promise<string> => {
  const { type, isSecret } = variable;
  if (isSecret && type !== 'string') throw invalid('/isSecret', 'is for variables of type string');
  const problem = misfit(type, value);
  if (problem !== null) throw invalid('/value', problem);
  const text = writeValue(type, value);
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalid('/value', `must have ${MAX_BYTES} bytes at most`);
  if (isSecret && text === '') throw invalid('/value', 'must not be empty, as it is secret');
  return isSecret ? sealVariable(vault, variable, text) : text;
};

/** A variable as the API tells it. */
export const variableAnswer = (variable: VariableRecord) => ({
  ...variable,
  value: variable.isSecret ? null : readValue(variable),
});

export const invalid = (pointer: string, message: string): AppError =>
  new AppError('request.invalid', `${pointer} ${message}.`, { errors: [{ pointer, message }] });
