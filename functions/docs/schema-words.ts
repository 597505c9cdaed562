import type { OpenApi } from '../../shared/contracts/openapi-document.ts';
import type { JsonSchema } from '../../shared/contracts/schema-book.ts';

/** The schema itself, where it is referred to. */
export const resolve = (schema: JsonSchema, document: OpenApi): JsonSchema =>
  schema.$ref === undefined ? schema : (document.components.schemas[nameIn(schema.$ref)] ?? schema);

/** What values a schema takes, in few words. */
export const typeOf = (schema: JsonSchema): string => {
  if (schema.$ref !== undefined) return nameIn(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map((option) => typeOf(option as JsonSchema)))].join(' | ');
  if (schema.type === 'array') return `list of ${grouped(typeOf((schema.items ?? {}) as JsonSchema))}`;
  return [schema.type ?? 'any', schema.format === undefined ? '' : `(${schema.format})`].join(' ').trim();
};

const grouped = (words: string): string => (words.includes(' | ') ? `(${words})` : words);

const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);
