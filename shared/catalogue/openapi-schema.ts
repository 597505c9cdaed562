import type { Json, JsonObject } from '../../engine/item.ts';
import { listOf, objectOf } from './openapi-values.ts';

/** What a node's parameters take of a schema: what is only for generators of documents, and what may not be, is left out. */
const LEFT_OUT = new Set([
  'pattern',
  'patternProperties',
  'xml',
  'externalDocs',
  'discriminator',
  'example',
  'readOnly',
  'writeOnly',
  'deprecated',
  'nullable',
]);

/** A schema of a document as that of a parameter, which is sent: fields that only the server sets are no part of it. */
export const plainSchema = (schema: JsonObject): JsonObject => withoutReadOnly(schema, readOnlyIn(schema));

/** What is put together of several schemas is one object: a field that one of them makes read-only, another may require. */
const readOnlyIn = (schema: JsonObject): ReadonlySet<string> =>
  new Set([
    ...Object.entries(objectOf(schema.properties)).flatMap(([name, each]) =>
      objectOf(each).readOnly === true ? [name] : [],
    ),
    ...listOf(schema.allOf).flatMap((each) => [...readOnlyIn(objectOf(each))]),
  ]);

const withoutReadOnly = (schema: JsonObject, readOnly: ReadonlySet<string>): JsonObject => {
  const kept = Object.entries(schema).flatMap(([key, value]): [string, Json][] => {
    if (LEFT_OUT.has(key) || key.startsWith('x-')) return [];
    if (key === 'properties') return [[key, propertiesOf(objectOf(value), readOnly)]];
    if (key === 'required')
      return [[key, listOf(value).filter((name) => typeof name !== 'string' || !readOnly.has(name))]];
    if (key === 'allOf')
      return [[key, listOf(value).map((each) => withoutReadOnly(objectOf(each), readOnly))]];
    if (key === 'oneOf' || key === 'anyOf')
      return [[key, listOf(value).map((each) => plainSchema(objectOf(each)))]];
    if (['items', 'additionalProperties', 'not'].includes(key) && typeof value === 'object')
      return [[key, plainSchema(objectOf(value))]];
    return [[key, value]];
  });
  const { example } = schema;
  const shown: JsonObject =
    example === undefined || schema.examples !== undefined ? {} : { examples: [example] };
  const made: JsonObject = { ...Object.fromEntries(kept), ...shown };
  // OpenAPI 3.0's own way to say it.
  return schema.nullable === true ? { anyOf: [made, { type: 'null' }] } : made;
};

const propertiesOf = (properties: JsonObject, readOnly: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !readOnly.has(name))
      .map(([name, each]) => [name, plainSchema(objectOf(each))]),
  );
