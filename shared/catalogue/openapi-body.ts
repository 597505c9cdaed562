import type { JsonObject } from '../../engine/item.ts';
import { inlined } from './openapi-references.ts';
import { plainSchema } from './openapi-schema.ts';
import { objectOf, textOf } from './openapi-values.ts';

/** The body of an operation: the parameters of the node that it is made of, and what `http.request` makes it with. */
export interface OperationBody {
  readonly properties: JsonObject;
  readonly required: readonly string[];
  readonly request: JsonObject;
}

const VALUE = '{{ $parameters.body }}';

interface Media {
  readonly mediaType: string;
  readonly schema: JsonObject;
  readonly isRequired: boolean;
}

const asValue =
  (request: (mediaType: string) => JsonObject) =>
  ({ mediaType, schema, isRequired }: Media): OperationBody => ({
    properties: { body: { title: 'Body', ...plainSchema(schema) } },
    required: isRequired ? ['body'] : [],
    request: { ...request(mediaType), value: VALUE },
  });

const isBinary = (schema: JsonObject): boolean =>
  schema.format === 'binary' || textOf(schema.contentMediaType) !== '';

const nameOfFile = (title: string, rest: JsonObject = {}): JsonObject => ({
  title,
  description: 'The name of a file of the item.',
  type: 'string',
  ...rest,
});

/** Fields that are files are named by a parameter of their own. */
const asMultipart = ({ schema, isRequired }: Media): OperationBody => {
  const fields = Object.entries(objectOf(schema.properties));
  const files = fields.filter(([, each]) => isBinary(objectOf(each))).map(([name]) => name);
  const required = Array.isArray(schema.required) ? schema.required : [];
  const others = {
    ...schema,
    properties: Object.fromEntries(fields.filter(([name]) => !files.includes(name))),
    required: required.filter((name) => !files.includes(String(name))),
  };
  const wanted = files.filter((name) => required.includes(name));
  return {
    properties: {
      ...(files.length < fields.length || files.length === 0
        ? { body: { title: 'Fields', ...plainSchema(others) } }
        : {}),
      ...(files.length > 0 && {
        files: {
          title: 'Files',
          type: 'object',
          properties: Object.fromEntries(files.map((name) => [name, nameOfFile(name)])),
          required: wanted,
          additionalProperties: false,
        },
      }),
    },
    required: [
      ...(isRequired && files.length < fields.length ? ['body'] : []),
      ...(wanted.length > 0 ? ['files'] : []),
    ],
    request: {
      kind: 'multipart',
      ...(files.length < fields.length || files.length === 0 ? { value: VALUE } : {}),
      ...(files.length > 0 && {
        files: Object.fromEntries(files.map((name) => [name, `{{ $parameters.files.\`${name}\` }}`])),
      }),
    },
  };
};

const asFile = ({ mediaType }: Media): OperationBody => ({
  properties: { file: nameOfFile('File', { default: 'data' }) },
  required: [],
  request: {
    kind: 'file',
    file: '{{ $parameters.file }}',
    ...(mediaType.includes('*') ? {} : { mediaType }),
  },
});

/** How a body of a media type is made; the first that a document offers is taken, in this order. */
const KINDS: readonly (readonly [RegExp, (media: Media) => OperationBody])[] = [
  [/^application\/json\b/i, asValue(() => ({ kind: 'json' }))],
  [/^application\/x-www-form-urlencoded\b/i, asValue(() => ({ kind: 'form' }))],
  [/^multipart\/form-data\b/i, asMultipart],
  [/[/+]json\b/i, asValue((mediaType) => ({ kind: 'raw', mediaType }))],
  [/^text\/|[/+]xml\b/i, (media) => asValue((mediaType) => ({ kind: 'raw', mediaType }))(asText(media))],
  [/./, asFile],
];

/** A text is written by who fills it in, whatever object the document says it stands for. */
const asText = (media: Media): Media => ({ ...media, schema: { type: 'string' } });

/** Null where an operation takes none. Throws RangeError for a body that says nothing of its type. */
export const bodyOf = (document: JsonObject, operation: JsonObject): OperationBody | null => {
  if (operation.requestBody === undefined) return null;
  const body = objectOf(inlined(document, operation.requestBody));
  const content = Object.entries(objectOf(body.content));
  for (const [wanted, make] of KINDS) {
    const found = content.find(([mediaType]) => wanted.test(mediaType));
    if (found)
      return make({
        mediaType: found[0],
        schema: objectOf(objectOf(found[1]).schema),
        isRequired: body.required === true,
      });
  }
  throw new RangeError('its body has no media type');
};
