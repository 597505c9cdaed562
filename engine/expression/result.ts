import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { EXPRESSION_LIMITS, overLimit, withinText } from './limits.ts';

/**
 * What an expression gave, as plain JSON of its own: JSONata marks lists with properties, and a value may share its parts, which is
 * small in memory and vast when it is written down.
 */
export const checkedResult = (value: unknown): Json | undefined => {
  let values = 0;
  let characters = 0;
  const copy = (each: unknown): Json | undefined => {
    values += 1;
    if (values > EXPRESSION_LIMITS.values)
      throw overLimit(`An expression may give ${EXPRESSION_LIMITS.values} values; this gives more.`);
    if (typeof each === 'string') {
      characters += each.length;
      withinText(characters);
      return each;
    }
    if (each === null || typeof each === 'boolean') return each;
    if (typeof each === 'number') {
      if (Number.isFinite(each)) return each;
      throw new NodeError(
        'expression.notJson',
        `The expression gives ${each}, which JSON has no number for.`,
      );
    }
    if (each === undefined) return undefined;
    if (Array.isArray(each)) return each.map((element) => copy(element) ?? null);
    if (typeof each === 'object' && !('_jsonata_function' in each) && !('_jsonata_lambda' in each))
      return copyObject(each);
    throw new NodeError('expression.notJson', 'The expression gives a function; call it, or give a value.');
  };
  const copyObject = (object: object): Json => {
    const entries = Object.entries(object)
      .map(([key, each]) => [key, copy(each)] as const)
      .filter((entry): entry is readonly [string, Json] => entry[1] !== undefined);
    return Object.fromEntries(entries);
  };
  return copy(value);
};
