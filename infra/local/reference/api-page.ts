import { type Described, describedIn } from '../../../functions/docs/described.ts';
import { fieldsIn } from '../../../functions/docs/fields-in.ts';
import { meaningOf, resolve, typeOf } from '../../../functions/docs/schema-words.ts';
import { buildOpenApi } from '../../../shared/contracts/openapi.ts';
import type { OpenApi } from '../../../shared/contracts/openapi-document.ts';
import { BASE_PATH } from '../../../shared/contracts/paths.ts';
import type { JsonSchema } from '../../../shared/contracts/schema-book.ts';
import { AppError, ERROR_CODES } from '../../../shared/errors.ts';
import { code, paragraphs, table } from './markdown.ts';

/** The API as a page to read without an instance, from the same document that `/openapi.json` is. */
export const apiPage = (): string => {
  const document = buildOpenApi('', '');
  return paragraphs(
    '# API',
    `Made from the OpenAPI document by \`npm run docs:nodes\`. A running instance has the document itself at \`/openapi.json\`, and a page with examples to copy at \`/docs\`. Paths begin with \`${BASE_PATH}\` unless they are written with another beginning.`,
    ...[...describedIn(document)].flatMap(([resource, operations]) => [
      `## ${resource}`,
      ...operations.flatMap((described) => operation(described, document)),
    ]),
    '## Schemas',
    ...Object.entries(document.components.schemas).flatMap(([name, schema]) => [
      `### ${name}`,
      schema.description ?? '',
      properties(schema) || code(typeOf(schema)),
    ]),
    '## Errors',
    'Errors are `application/problem+json`, the schema Problem; programs should look at `code`.',
    table(
      ['Code', 'Status', ''],
      ERROR_CODES.map((each) => {
        const { status, title } = new AppError(each, '');
        return [code(each), String(status), title];
      }),
    ),
  );
};

const operation = (
  { methods, path, audience, note, operation: written }: Described,
  document: OpenApi,
): readonly string[] => {
  const body = written.requestBody?.content['application/json']?.schema;
  return [
    `### ${written.summary}`,
    `${code(`${methods.join(', ')} ${path}`)} ${audience}`,
    note ?? '',
    table(
      ['Parameter', 'In', 'Type', ''],
      written.parameters.map(({ name, in: place, required, description, schema }) => [
        `${code(name)}${required ? ' \\*' : ''}`,
        place,
        code(typeOf(schema)),
        meaningOf(schema, description),
      ]),
    ),
    body ? properties(resolve(body, document), 'Body') || `Body: ${code(typeOf(body))}` : '',
    table(
      ['Answer', 'Body', ''],
      Object.entries(written.responses).map(([status, { description, content }]) => [
        status,
        Object.values(content ?? {})
          .map(({ schema }) => code(shapeOf(schema)))
          .join(', '),
        description,
      ]),
    ),
  ];
};

/** What an answer without a name is made of. */
const shapeOf = (schema: JsonSchema): string =>
  schema.properties === undefined ? typeOf(schema) : `{ ${Object.keys(schema.properties).join(', ')} }`;

const properties = (schema: JsonSchema, head = 'Property'): string =>
  table(
    [head, 'Type', ''],
    fieldsIn(schema).map(({ path, schema: field, isRequired }) => [
      `${code(path)}${isRequired ? ' \\*' : ''}`,
      code(typeOf(field)),
      meaningOf(field),
    ]),
  );
