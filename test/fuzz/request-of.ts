import type { OpenApi } from '../../shared/contracts/openapi-document.ts';
import type { Chance } from './chance.ts';
import { KIND_OF, type KnownTexts } from './known.ts';
import type { Sample } from './prime.ts';
import { HARD_TEXTS, type Schema, valueFor } from './value-for.ts';

/** One operation of the document, with where it stands. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly described: OpenApi['paths'][string][string];
}

export interface FuzzRequest {
  readonly method: string;
  readonly origin: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Setting {
  readonly chance: Chance;
  readonly document: OpenApi;
  readonly known: KnownTexts;
  /** The newest of each operation that has some. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  /** Headers of callers of every kind, strangers included. */
  readonly callers: () => readonly Readonly<Record<string, string>>[];
}

/** A platform that is held says 503 to whatever would start something, as it should. */
const LEFT_OUT = ['holdPlatform'];

export const operationsOf = (document: OpenApi): readonly Operation[] =>
  Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({
        id: described.operationId,
        method: method.toUpperCase(),
        origin: new URL(described.servers?.[0]?.url ?? document.servers[0]?.url ?? '').origin,
        path: described.servers ? path : `/api/v1${path}`,
        described,
      })),
    )
    .filter(({ id }) => !LEFT_OUT.includes(id));

/** A request to an operation: mostly one that fits, with every part of it twisted now and then. */
export const requestOf = (operation: Operation, setting: Setting): FuzzRequest => {
  const { chance } = setting;
  const parameters = (place: string) => operation.described.parameters.filter((each) => each.in === place);
  const samples = setting.samples.get(operation.id) ?? [];
  const sample = samples.length > 0 && !chance.oneIn(3) ? chance.pick(samples) : undefined;
  const path = parameters('path').reduce(
    (whole, { name, schema }) =>
      whole.replace(
        `{${name}}`,
        encodeURIComponent(
          sample?.path?.[name] && !chance.oneIn(15)
            ? sample.path[name]
            : pathValue(name, schema as Schema, setting),
        ),
      ),
    operation.path,
  );
  const query = sample?.query
    ? Object.entries(sample.query)
    : parameters('query')
        .filter(({ required }) => required || chance.oneIn(3))
        .map(({ name, schema }) => [name, queryValue(name, schema as Schema, setting)] as const);
  const headers = parameters('header')
    .filter(() => chance.oneIn(3))
    .map(({ name }) => [name.toLowerCase(), headerValue(name, chance)] as const);
  const body =
    sample && 'body' in sample && !chance.oneIn(10)
      ? JSON.stringify(sample.body)
      : bodyOf(operation, setting);
  return {
    method: operation.method,
    origin: operation.origin,
    target: path + searchOf(query, chance),
    headers: {
      ...chance.pick(setting.callers()),
      ...(body === undefined
        ? {}
        : { 'content-type': chance.oneIn(30) ? chance.pick(MEDIA_TYPES) : 'application/json' }),
      ...Object.fromEntries(headers),
    },
    body,
  };
};

const MEDIA_TYPES = [
  'text/plain',
  'application/xml',
  'multipart/form-data',
  'application/json; charset=latin1',
  'x',
];
/** Of a path: ids of resources, which have a prefix. */
const isResource = (kind: string | undefined): boolean => kind !== undefined && kind.length < 5;

const pathValue = (name: string, schema: Schema, setting: Setting): string => {
  const { chance, known } = setting;
  const kind = KIND_OF[name];
  const found = known.get(kind ?? '') ?? [];
  if (found.length > 0 && !chance.oneIn(8)) return chance.pick(found);
  if (isResource(kind) && !chance.oneIn(4)) return `${kind}_01h455vb4pex5vsknk084sn02q`;
  if (name === 'type' && !chance.oneIn(4))
    return chance.pick(['flow.if', 'http.request', 'data.set', 'custom.fuzz.forecast']);
  if ((name === 'version' || name === 'other') && !chance.oneIn(4)) return '1';
  return asText(valueFor(schema, given(setting), name)) || 'x';
};

/** Nobody waits longer than a second. */
const queryValue = (name: string, schema: Schema, setting: Setting): string =>
  name === 'wait' ? String(setting.chance.below(2)) : asText(valueFor(schema, given(setting), name));

const headerValue = (name: string, chance: Chance): string =>
  name === 'If-Match'
    ? chance.pick(['*', '"1"', '"2"', 'W/"1"', '"x"', '', '"1", "2"', '"99999999999999999"'])
    : chance.pick([`key-${chance.below(50)}`, '', 'x'.repeat(200), 'a b']);

const bodyOf = ({ described }: Operation, setting: Setting): string | undefined => {
  const { chance } = setting;
  const content = Object.values(described.requestBody?.content ?? {})[0];
  if (!content) return chance.oneIn(20) ? chance.pick(['{}', '[]', 'null', '{"a":1}']) : undefined;
  if (chance.oneIn(25)) return undefined;
  const text = JSON.stringify(valueFor(content.schema as Schema, given(setting), '')) ?? '';
  return chance.oneIn(20) ? twisted(text, chance) : text;
};

/** What is no JSON any more, or JSON that hurts. */
const twisted = (text: string, chance: Chance): string =>
  chance.pick([
    text.slice(0, chance.below(text.length + 1)),
    `${text}}`,
    text.replaceAll('"', "'"),
    `${'['.repeat(200)}${']'.repeat(200)}`,
    '{"__proto__":{"isAdmin":true}}',
    '{"a":1e999}',
    '"\\ud800"',
    `{"a":1,"a":${text || 'null'}}`,
    '\u0000',
  ]);

const searchOf = (query: readonly (readonly [string, string])[], chance: Chance): string => {
  const written = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  if (chance.oneIn(40))
    written.push(chance.pick(['%', 'a=%zz', 'a=1&a=2', '__proto__=1', 'limit[]=1', '&&', '=']));
  return written.length === 0 ? '' : `?${written.join('&')}`;
};

const given = ({ chance, known, document }: Setting) => ({
  chance,
  known,
  schemas: document.components.schemas as Readonly<Record<string, Schema>>,
});

const asText = (value: unknown): string =>
  typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? '');

/** A request to no operation there is. */
export const strayRequest = ({ chance, callers, document }: Setting): FuzzRequest => ({
  method: chance.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']),
  origin: chance.pick(operationsOf(document)).origin,
  target: `/${chance.pick(['', 'api/', 'api/v1/', 'hooks/', 'resume/', 'results/', '/'])}${encodeURIComponent(chance.pick(HARD_TEXTS)).slice(0, 2_000)}`,
  headers: chance.pick(callers()),
  body: undefined,
});
