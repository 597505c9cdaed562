import type { JsonSchema } from '../../shared/contracts/schema-book.ts';

export interface Field {
  /** From the schema it was looked for in: `nodes[].retry.jitter`. */
  readonly path: string;
  readonly schema: JsonSchema;
  /** Within what it is a field of. */
  readonly isRequired: boolean;
}

/** Every field of a schema, those within others under their path; not those of schemas with a name. `place`: the path of what the schema is for. */
export const fieldsIn = (schema: JsonSchema, place = ''): readonly Field[] => {
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])] as JsonSchema[];
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, written]) => {
    const path = place === '' ? name : `${place}.${name}`;
    const field = written as JsonSchema;
    const isRequired = schema.required?.includes(name) === true && field.default === undefined;
    return [{ path, schema: field, isRequired }, ...fieldsIn(field, path)];
  });
  return [
    ...named,
    ...options.flatMap((option) => fieldsIn(option, place)),
    ...within(schema.items, `${place}[]`),
    ...within(schema.additionalProperties, `${place}.*`),
  ];
};

const within = (schema: JsonSchema['items'] | JsonSchema['additionalProperties'], place: string) =>
  typeof schema === 'object' && !Array.isArray(schema) ? fieldsIn(schema as JsonSchema, place) : [];
