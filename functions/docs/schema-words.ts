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
  // Of several kinds a schema may hold a list, whatever its type says.
  const kinds = [schema.type ?? 'any'].flat().join(' | ');
  return [kinds, schema.format === undefined ? '' : `(${schema.format})`].join(' ').trim();
};

const grouped = (words: string): string => (words.includes(' | ') ? `(${words})` : words);

const nameIn = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/** What a field is for, what it is when left out, and how large it may be. */
export const meaningOf = (schema: JsonSchema, description = schema.description ?? ''): string =>
  [description, sizeOf(schema), defaultOf(schema)].filter((part) => part !== '').join(' ');

const defaultOf = ({ default: value }: JsonSchema): string =>
  value === undefined || isEmpty(value) ? '' : `Left out: ${JSON.stringify(value)}.`;

/** Nothing else was to be expected. */
const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** Of numbers only: bounds that a number has by itself say nothing. */
const sizeOf = ({ minimum = -Infinity, maximum = Infinity, anyOf = [] }: JsonSchema): string => {
  const [from, to] = [minimum, maximum].map((bound) =>
    Number.isSafeInteger(bound) && Math.abs(bound) < MOST ? bound : null,
  );
  if (from === null && to === null) return anyOf.map((form) => sizeOf(form as JsonSchema)).join('');
  if (from === null) return `At most ${to}.`;
  return to === null ? `At least ${from}.` : `${from} to ${to}.`;
};
const MOST = Number.MAX_SAFE_INTEGER;
