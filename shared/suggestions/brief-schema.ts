import type { Json, JsonObject } from '../../engine/item.ts';

/**
 * What a model does without: the validator knows it, and says it to those few that go beyond. References only ever stand for
 * any JSON here, and would lead nowhere once a schema is part of another.
 */
const LEFT_OUT = new Set([
  '$defs',
  '$ref',
  '$schema',
  'maxItems',
  'maxLength',
  'minLength',
  'propertyNames',
  'title',
]);
const LONGEST_PATTERN = 80;

/** A JSON Schema as a model needs it: the same forms and meanings in far fewer tokens. `alsoLeftOut`: what it is told elsewhere. */
export const briefSchema = (schema: Json, alsoLeftOut: readonly string[] = []): Json => {
  const brief = (value: Json): Json => briefSchema(value, alsoLeftOut);
  if (Array.isArray(schema)) return schema.map(brief);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema as JsonObject).flatMap(([key, value]): [string, Json][] => {
      if (LEFT_OUT.has(key) || alsoLeftOut.includes(key) || isNoLimit(value)) return [];
      if (key === 'pattern' && String(value).length > LONGEST_PATTERN) return [];
      // Names below are those of fields, and not of JSON Schema.
      const shorter = key === 'properties' ? eachOf(value as JsonObject, brief) : brief(value);
      return key === 'additionalProperties' && saysNothing(shorter) ? [] : [[key, shorter]];
    }),
  );
};

const eachOf = (named: JsonObject, brief: (value: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, brief(value)]));

/** The largest whole number there is, as the limit of a field that has none. */
const isNoLimit = (value: Json): boolean =>
  typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;

const saysNothing = (schema: Json): boolean =>
  typeof schema === 'boolean' || Object.keys(schema as JsonObject).length === 0;
