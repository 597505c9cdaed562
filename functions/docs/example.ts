import type { JsonSchema } from '../../shared/contracts/schema-book.ts';

type Schemas = Readonly<Record<string, JsonSchema>>;

/** A small value that fits a schema as far as its form goes: what has to be there, and little else. */
export const exampleOf = (schema: JsonSchema, schemas: Schemas): unknown => {
  if (schema.$ref !== undefined) return ofReference(schema.$ref, schemas);
  if (schema.default !== undefined) return schema.default;
  const [choice] = schema.enum ?? [];
  if (choice !== undefined) return choice;
  if (schema.const !== undefined) return schema.const;
  const [option] = schema.anyOf ?? [];
  if (option !== undefined) return exampleOf(option as JsonSchema, schemas);
  return BY_TYPE[String(schema.type)]?.(schema, schemas) ?? {};
};

const ofReference = (reference: string, schemas: Schemas): unknown => {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const known = schemas[name];
  return known && name !== 'Json' ? exampleOf(known, schemas) : 'anything';
};

const BY_TYPE: Readonly<Record<string, (schema: JsonSchema, schemas: Schemas) => unknown>> = {
  string: ({ format }) => STRINGS[format ?? ''] ?? 'text',
  integer: ({ minimum }) => minimum ?? 1,
  number: ({ minimum }) => minimum ?? 1,
  boolean: () => true,
  null: () => null,
  array: ({ items, minItems }, schemas) =>
    minItems && typeof items === 'object' && !Array.isArray(items)
      ? [exampleOf(items as JsonSchema, schemas)]
      : [],
  object: ({ properties = {}, required = [] }, schemas) =>
    Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => required.includes(name))
        .map(([name, property]) => [name, exampleOf(property as JsonSchema, schemas)]),
    ),
};

const STRINGS: Readonly<Record<string, string>> = {
  email: 'someone@example.com',
  'date-time': '2030-01-01T00:00:00Z',
};
