import { fieldsIn } from '../../../functions/docs/fields-in.ts';
import { typeOf } from '../../../functions/docs/schema-words.ts';
import type { JsonSchema } from '../../../shared/contracts/schema-book.ts';
import { code } from './markdown.ts';

/** Every parameter of a schema, those within others under their path: `fields[].name`. */
export const parameterRows = (schema: JsonSchema): readonly (readonly string[])[] => {
  const seen = new Set<string>();
  return fieldsIn(schema).flatMap(({ path, schema: parameter }) => {
    const row = [code(path), code(typeOf(parameter)), defaultOf(parameter), meaningOf(parameter)];
    // Alternatives may share a parameter, word by word.
    const known = seen.size === seen.add(row.join('\n')).size;
    return known ? [] : [row];
  });
};

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
