import { type DeclarativeNode, declarativeSchema } from '../../engine/index.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { IN_WORDS } from '../../engine/schema-words.ts';
import { bodyOf } from './openapi-body.ts';
import { inPath, type OperationParameter, operationParameters, templatesOf } from './openapi-parameters.ts';
import { inlined } from './openapi-references.ts';
import { credentialTypesOf } from './openapi-security.ts';
import { listOf, objectOf, textOf } from './openapi-values.ts';

interface Options {
  /** Names the set: types are `custom.<prefix>.<operation>`. */
  readonly prefix: string;
  /** In place of the document's first server. */
  readonly baseUrl?: string | undefined;
  /** Ids of the operations to take; all when left out. */
  readonly operations?: readonly string[] | undefined;
  /** Left empty: those that the document's security schemes stand for. */
  readonly credentialTypes: readonly string[];
}

interface Skipped {
  readonly operation: string;
  readonly reason: string;
}

interface Outcome {
  readonly nodes: readonly DeclarativeNode[];
  readonly skipped: readonly Skipped[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
const MOST_NODES = 500;

/** Node types for the operations of an OpenAPI 3 document; what cannot become one is skipped with the reason. Throws RangeError. */
export const nodesOfOpenApi = (document: JsonObject, options: Options): Outcome => {
  const found = operationsOf(document);
  if (found.length === 0) throw new RangeError('The document has no operation under "paths".');
  const base = (options.baseUrl ?? serverOf(document)).replace(/\/$/, '');
  const nodes = new Map<string, DeclarativeNode>();
  const skipped: Skipped[] = (options.operations ?? [])
    .filter((id) => !found.some((each) => each.id === id))
    .map((operation) => ({ operation, reason: 'the document has no such operation' }));
  for (const each of found) {
    if (options.operations && !options.operations.includes(each.id)) continue;
    try {
      if (nodes.size === MOST_NODES) throw new RangeError(`a set has ${MOST_NODES} nodes at most`);
      const node = nodeOf({ ...each, base, document, options });
      if (nodes.has(node.type)) throw new RangeError(`another operation is called ${node.type}, too`);
      nodes.set(node.type, node);
    } catch (thrown) {
      skipped.push({ operation: each.id, reason: (thrown as Error).message });
    }
  }
  return { nodes: [...nodes.values()], skipped };
};

const serverOf = (document: JsonObject): string => {
  const server = objectOf(listOf(document.servers)[0]);
  const url = textOf(server.url).replaceAll(/\{([^{}]+)\}/g, (all, name: string) => {
    const variable = objectOf(objectOf(server.variables)[name]);
    return textOf(variable.default) || all;
  });
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
  const body = bodyOf(document, operation);
  const asked = operationParameters(
    [...shared, ...listOf(operation.parameters)].map((each) => objectOf(inlined(document, each))),
    new Set(Object.keys(body?.properties ?? {})),
  );
  const summary = textOf(operation.summary);
  const declared = {
    type: `custom.${options.prefix}.${nameFrom(id)}`,
    name: (summary || id).slice(0, 128),
    description: (textOf(operation.description) || summary).slice(0, 2_000),
    category: (textOf(objectOf(document.info).title) || options.prefix).slice(0, 64),
    parameters: {
      type: 'object',
      properties: {
        ...Object.fromEntries(asked.map(({ key, schema }) => [key, schema])),
        ...body?.properties,
      },
      required: [
        ...asked.filter(({ isRequired }) => isRequired).map(({ key }) => key),
        ...(body?.required ?? []),
      ],
    },
    request: {
      method,
      url: base + addressOf(path, asked),
      query: sentBy(asked, 'query'),
      headers: sentBy(asked, 'header'),
      ...(body && { body: body.request }),
    },
    credentialTypes:
      options.credentialTypes.length > 0 ? options.credentialTypes : credentialTypesOf(document, operation),
  };
  const parsed = declarativeSchema.safeParse(declared, IN_WORDS);
  if (parsed.success) return parsed.data;
  throw new RangeError(
    parsed.error.issues.map(({ path: where, message }) => `${where.join('.')}: ${message}`).join('; '),
  );
};

const addressOf = (path: string, asked: readonly OperationParameter[]): string =>
  path.replaceAll(/\{([^{}]+)\}/g, (_all, name: string) => {
    const parameter = asked.find((each) => each.place === 'path' && each.name === name);
    if (!parameter) throw new RangeError(`its path names {${name}}, and no parameter is called that`);
    return inPath(parameter);
  });

const sentBy = (asked: readonly OperationParameter[], place: OperationParameter['place']): JsonObject =>
  Object.assign({}, ...asked.filter((each) => each.place === place).map(templatesOf));

/** What a type may be called: letters, digits, "_" and "-". */
const nameFrom = (id: string): string =>
  id
    .replaceAll(/[^A-Za-z0-9-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 80);
