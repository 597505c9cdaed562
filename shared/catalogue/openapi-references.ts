import type { Json, JsonObject } from '../../engine/item.ts';

const DEEPEST = 48;
const MOST_VALUES = 20_000;

/**
 * A part of a document with what it refers to put in its place. What a schema holds of its own kind, as a tree its branches,
 * may be anything there. Throws RangeError for what is too large, is not there, or lies elsewhere.
 */
export const inlined = (document: JsonObject, part: Json): Json => {
  let values = 0;
  const walk = (value: Json, depth: number, within: readonly string[]): Json => {
    values += 1;
    if (depth > DEEPEST || values > MOST_VALUES) throw new RangeError('its schema is too large');
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((each: Json) => walk(each, depth + 1, within));
    const { $ref: reference } = value as JsonObject;
    if (typeof reference === 'string')
      return within.includes(reference)
        ? {}
        : walk(target(document, reference), depth + 1, [...within, reference]);
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, walk(each, depth + 1, within)]),
    );
  };
  return walk(part, 0, []);
};

const target = (document: JsonObject, reference: string): Json => {
  if (!reference.startsWith('#/')) throw new RangeError(`it refers to ${reference}, outside the document`);
  const found = reference
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Json | undefined>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as JsonObject)[name]
          : undefined,
      document,
    );
  if (found === undefined) throw new RangeError(`it refers to ${reference}, which is not there`);
  return found;
};
