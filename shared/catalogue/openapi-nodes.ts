import { type DeclarativeNode, declarativeSchema } from '../../engine/index.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { inlined } from './openapi-references.ts';

interface Options {
  /** Names the set: types are `custom.<prefix>.<operation>`. */
  readonly prefix: string;
  /** In place of the document's first server. */
  readonly baseUrl?: string | undefined;
  /** Ids of the operations to take; all when left out. */
  readonly operations?: readonly string[] | undefined;
  readonly credentialTypes: readonly string[];
}

interface Outcome {
  readonly nodes: readonly DeclarativeNode[];
  readonly skipped: readonly { readonly operation: string; readonly reason: string }[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
const MOST_NODES = 500;

/** Node types for the operations of an OpenAPI 3 document; what cannot become one is skipped with the reason. Throws RangeError. */
export const nodesOfOpenApi = (document: JsonObject, options: Options): Outcome => {
  const base = (options.baseUrl ?? serverOf(document)).replace(/\/$/, '');
  const nodes: DeclarativeNode[] = [];
  const skipped: { operation: string; reason: string }[] = [];
  for (const { id, method, path, operation, shared } of operationsOf(document)) {
    if (options.operations && !options.operations.includes(id)) continue;
    if (nodes.length === MOST_NODES) {
      skipped.push({ operation: id, reason: `a set has ${MOST_NODES} nodes at most` });
      continue;
    }
    try {
      nodes.push(nodeOf({ id, method, path, operation, shared, base, document, options }));
    } catch (thrown) {
      skipped.push({ operation: id, reason: (thrown as Error).message });
    }
  }
  return { nodes, skipped };
};

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const serverOf = (document: JsonObject): string => {
  const url = textOf(objectOf(listOf(document.servers)[0]).url);
  if (/^https?:\/\/[^{}]+$/.test(url)) return url;
  throw new RangeError(
    `The document names no server with a complete URL (${JSON.stringify(url)}); give a baseUrl.`,
  );
};

const operationsOf = (document: JsonObject) =>
  Object.entries(objectOf(document.paths)).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = objectOf(objectOf(item)[method]);
      if (Object.keys(operation).length === 0) return [];
      const id = textOf(operation.operationId) || `${method}_${path}`;
      return [
        { id, method: method.toUpperCase(), path, operation, shared: listOf(objectOf(item).parameters) },
      ];
    }),
  );

interface Found {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: JsonObject;
  readonly shared: readonly Json[];
  readonly base: string;
  readonly document: JsonObject;
  readonly options: Options;
}

const nodeOf = ({ id, method, path, operation, shared, base, document, options }: Found): DeclarativeNode => {
  const asked = [...shared, ...listOf(operation.parameters)].map((each) => objectOf(inlined(document, each)));
  const at = (place: string) =>
    asked.filter((parameter) => parameter.in === place && textOf(parameter.name) !== '');
  const body = bodyOf(document, operation);
  const properties = Object.fromEntries([
    ...asked
      .filter(({ in: place }) => ['path', 'query', 'header'].includes(textOf(place)))
      .map((parameter) => [textOf(parameter.name), propertyOf(parameter)]),
    ...(body ? [['body', { title: 'Body', ...body.schema }]] : []),
  ]);
  const required = [
    ...asked
      .filter((parameter) => parameter.required === true || parameter.in === 'path')
      .map(({ name }) => textOf(name)),
    ...(body?.required ? ['body'] : []),
  ];
  const parsed = declarativeSchema.safeParse({
    type: `custom.${options.prefix}.${nameFrom(id)}`,
    name: (textOf(operation.summary) || id).slice(0, 128),
    description: textOf(operation.description).slice(0, 2_000),
    category: (textOf(objectOf(document.info).title) || options.prefix).slice(0, 64),
    parameters: { type: 'object', properties, required: required.filter((name) => name in properties) },
    request: {
      method,
      url:
        base +
        path.replaceAll(
          /\{([^{}]+)\}/g,
          (_all, name) => `{{ $encodeUrlComponent($string($parameters.${quoted(name)})) }}`,
        ),
      query: templatesOf(at('query')),
      headers: templatesOf(at('header')),
      ...(body && { body: { kind: body.kind, value: '{{ $parameters.body }}' } }),
    },
    credentialTypes: options.credentialTypes,
  });
  if (parsed.success) return parsed.data;
  throw new RangeError(
    parsed.error.issues.map(({ path: where, message }) => `${where.join('.')}: ${message}`).join('; '),
  );
};

/** What a type may be called: letters, digits, "_" and "-". */
const nameFrom = (id: string): string =>
  id
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 80);

/** A name in a JSONata path. */
const quoted = (name: string): string => `\`${name.replaceAll('`', '')}\``;

const templatesOf = (parameters: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(
    parameters.map(({ name }) => [textOf(name), `{{ $parameters.${quoted(textOf(name))} }}`]),
  );

const propertyOf = (parameter: JsonObject): JsonObject => ({
  title: textOf(parameter.name),
  ...(textOf(parameter.description) !== '' && { description: textOf(parameter.description) }),
  ...plain(objectOf(parameter.schema)),
});

const KINDS = [
  ['application/json', 'json'],
  ['application/x-www-form-urlencoded', 'form'],
] as const;

const bodyOf = (document: JsonObject, operation: JsonObject) => {
  if (operation.requestBody === undefined) return null;
  const body = objectOf(inlined(document, operation.requestBody));
  const content = objectOf(body.content);
  const found = KINDS.find(([mediaType]) => mediaType in content);
  if (!found)
    throw new RangeError(
      `its body is ${Object.keys(content).join(', ') || 'empty'}; JSON and forms are taken`,
    );
  return {
    kind: found[1],
    schema: plain(objectOf(objectOf(content[found[0]]).schema)),
    required: body.required === true,
  };
};

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

const plain = (schema: JsonObject): JsonObject => {
  const kept = Object.entries(schema).flatMap(([key, value]): [string, Json][] => {
    if (LEFT_OUT.has(key) || key.startsWith('x-')) return [];
    if (key === 'properties')
      return [
        [
          key,
          Object.fromEntries(
            Object.entries(objectOf(value)).map(([name, each]) => [name, plain(objectOf(each))]),
          ),
        ],
      ];
    if (Array.isArray(value) && ['oneOf', 'anyOf', 'allOf'].includes(key))
      return [[key, value.map((each: Json) => plain(objectOf(each)))]];
    if (['items', 'additionalProperties', 'not'].includes(key) && typeof value === 'object')
      return [[key, plain(objectOf(value))]];
    return [[key, value]];
  });
  const made = Object.fromEntries(kept);
  // OpenAPI 3.0's own way to say it.
  return schema.nullable === true ? { anyOf: [made, { type: 'null' }] } : made;
};
