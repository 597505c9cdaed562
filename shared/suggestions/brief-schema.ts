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

/** A JSON Schema as a model needs it: the same forms and meanings in far fewer tokens. */
export const briefSchema = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(briefSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema as JsonObject).flatMap(([key, value]): [string, Json][] => {
      if (LEFT_OUT.has(key) || isNoLimit(value)) return [];
      if (key === 'pattern' && String(value).length > LONGEST_PATTERN) return [];
      // Names below are those of fields, and not of JSON Schema.
      const brief = key === 'properties' ? eachOf(value as JsonObject) : briefSchema(value);
      return key === 'additionalProperties' && saysNothing(brief) ? [] : [[key, brief]];
    }),
  );
};

const eachOf = (named: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, briefSchema(value)]));

/** The largest whole number there is, as the limit of a field that has none. */
const isNoLimit = (value: Json): boolean =>
  typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;

const saysNothing = (schema: Json): boolean =>
  typeof schema === 'boolean' || Object.keys(schema as JsonObject).length === 0;
