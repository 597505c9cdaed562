import type { Json, JsonObject } from '../item.ts';
import { fieldAt } from './field-path.ts';

/** Where each kind of value stands among the others; what is missing comes last. */
const RANKS: Readonly<Record<string, number>> = { number: 0, string: 1, boolean: 2, object: 3 };

const rankOf = (value: Json | undefined): number =>
  value === undefined || value === null ? 4 : (RANKS[typeof value] ?? 3);

/**
 * A total order over JSON values: numbers by size, texts by code unit, false before true, lists and objects as they come,
 * nothing and null last.
 */
export const compareValues = (left: Json | undefined, right: Json | undefined): number => {
  const [own, other] = [rankOf(left), rankOf(right)];
  if (own !== other) return own - other;
  if (own > 2 || left === right) return 0;
  return (left as string) < (right as string) ? -1 : 1;
};

/** The same text for equal values, whatever the order of an object’s fields; different texts for different ones. */
export const valueKey = (value: Json | undefined): string =>
  value === undefined ? '' : JSON.stringify(value, (_name, each: Json) => sortedFields(each));

const sortedFields = (value: Json): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value;

/**
 * What items are matched by where lists are joined or compared. Null when any part is missing: as in SQL, what has no key
 * matches nothing, not even the like.
 */
export const matchKey = (json: JsonObject, fields: readonly string[]): string | null => {
  const parts = fields.map((field) => fieldAt(json, field) ?? null);
  if (parts.includes(null)) return null;
  return parts.some((part) => typeof part === 'object') ? valueKey(parts) : JSON.stringify(parts);
};
