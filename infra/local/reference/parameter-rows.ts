import { typeOf } from '../../../functions/docs/schema-words.ts';
import type { JsonSchema } from '../../../shared/contracts/schema-book.ts';
import { code } from './markdown.ts';

/** Every parameter of a schema, those within others under their path: `fields[].name`. */
export const parameterRows = (schema: JsonSchema): readonly (readonly string[])[] => {
  const seen = new Set<string>();
  return parametersIn(schema, '').flatMap(({ path, parameter }) => {
    const row = [code(path), code(typeOf(parameter)), defaultOf(parameter), meaningOf(parameter)];
    // Alternatives may share a parameter, word by word.
    const known = seen.size === seen.add(row.join('\n')).size;
    return known ? [] : [row];
  });
};

export interface FoundParameter {
  readonly path: string;
  readonly parameter: JsonSchema;
}

/** `place`: the path of what the schema is for; empty for the whole. */
export const parametersIn = (schema: JsonSchema, place: string): readonly FoundParameter[] => {
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])] as JsonSchema[];
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, written]) => {
    const path = place === '' ? name : `${place}.${name}`;
    const parameter = written as JsonSchema;
    return [{ path, parameter }, ...parametersIn(parameter, path)];
  });
  return [
    ...named,
    ...options.flatMap((option) => parametersIn(option, place)),
    ...within(schema.items, `${place}[]`),
    ...within(schema.additionalProperties, `${place}.*`),
  ];
};

const within = (schema: JsonSchema['items'] | JsonSchema['additionalProperties'], place: string) =>
  typeof schema === 'object' && !Array.isArray(schema) ? parametersIn(schema as JsonSchema, place) : [];

const defaultOf = ({ default: value }: JsonSchema): string =>
  value === undefined ? '' : code(JSON.stringify(value));

const meaningOf = ({ title, description, examples }: JsonSchema): string =>
  [
    title === undefined ? '' : `**${title}.**`,
    description ?? '',
    examples?.length ? `For example ${examples.map((example) => code(textOf(example))).join(', ')}.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
