import type { JsonObject } from '../../engine/item.ts';
import { plainSchema } from './openapi-schema.ts';
import { objectOf, pathTo, textOf } from './openapi-values.ts';

/** A parameter of an operation, and what it is called among those of the node. */
export interface OperationParameter {
  readonly place: 'path' | 'query' | 'header';
  readonly name: string;
  readonly key: string;
  readonly isRequired: boolean;
  readonly schema: JsonObject;
  /** How a list or an object is written (OpenAPI 3.1 §4.8.12). */
  readonly style: string;
  readonly explode: boolean;
  /** Its value is written as JSON. */
  readonly isJson: boolean;
}

const PLACES: readonly unknown[] = ['path', 'query', 'header'];
/** OpenAPI has these ignored: media types say the first two, credentials the third. */
const NOT_PARAMETERS = ['accept', 'content-type', 'authorization'];

/**
 * The parameters of an operation; an operation's own goes before one of its path. Two of one name in different places keep
 * apart by their place, and so does one that is called like what is `taken`. Throws RangeError for a cookie that must be sent.
 */
export const operationParameters = (
  asked: readonly JsonObject[],
  taken: ReadonlySet<string>,
): readonly OperationParameter[] => {
  const cookie = asked.find((each) => each.in === 'cookie' && each.required === true);
  if (cookie) throw new RangeError(`it needs the cookie ${textOf(cookie.name)}; cookies are not sent`);
  const last = new Map(asked.filter(isParameter).map((each) => [`${each.in} ${each.name}`, each] as const));
  const found = [...last.values()];
  const used = new Set(taken);
  return found.map((parameter) => {
    const [name, place] = [textOf(parameter.name), textOf(parameter.in) as OperationParameter['place']];
    const key = used.has(name) ? `${name}_${place}` : name;
    used.add(key);
    const style = textOf(parameter.style) || (place === 'query' ? 'form' : 'simple');
    const [content] = Object.values(objectOf(parameter.content));
    const schema = objectOf(content === undefined ? parameter.schema : objectOf(content).schema);
    return {
      place,
      name,
      key,
      isRequired: parameter.required === true || place === 'path',
      schema: describedAs(parameter, schema),
      style,
      explode: typeof parameter.explode === 'boolean' ? parameter.explode : style === 'form',
      isJson: content !== undefined,
    };
  });
};

const isParameter = (parameter: JsonObject): boolean => {
  const name = textOf(parameter.name);
  if (name === '' || !PLACES.includes(parameter.in)) return false;
  return parameter.in !== 'header' || !NOT_PARAMETERS.includes(name.toLowerCase());
};

const describedAs = (parameter: JsonObject, schema: JsonObject): JsonObject => ({
  title: textOf(parameter.name),
  ...(textOf(parameter.description) !== '' && { description: textOf(parameter.description) }),
  ...(parameter.example !== undefined && { examples: [parameter.example] }),
  ...plainSchema(schema),
});

const SEPARATORS: Readonly<Record<string, string>> = {
  form: ',',
  simple: ',',
  spaceDelimited: ' ',
  pipeDelimited: '|',
};

/** What an operation's parameter becomes in the request: templates by the names that are sent. */
export const templatesOf = (parameter: OperationParameter): Readonly<Record<string, string>> => {
  const { name, key, schema, style, explode, isJson } = parameter;
  const value = pathTo(key);
  if (isJson) return { [name]: `{{ $exists(${value}) ? $toJson(${value}) }}` };
  const fields = Object.keys(objectOf(schema.properties));
  if (fields.length > 0 && style === 'deepObject')
    return Object.fromEntries(fields.map((field) => [`${name}[${field}]`, `{{ ${pathTo(key, field)} }}`]));
  if (fields.length > 0 && style === 'form' && explode)
    return Object.fromEntries(fields.map((field) => [field, `{{ ${pathTo(key, field)} }}`]));
  return { [name]: `{{ ${oneText(parameter)} }}` };
};

/** A list in one text, where it is not sent as the parameter several times. */
const oneText = ({ key, place, schema, style, explode }: OperationParameter): string => {
  const value = pathTo(key);
  const isRepeated = place === 'query' && explode;
  if (schema.type !== 'array' || isRepeated) return value;
  return `$exists(${value}) ? $join([${value}.$string()], "${SEPARATORS[style] ?? ','}")`;
};

/** A parameter's text in the path, where `/` and `?` are part of it. */
export const inPath = (parameter: OperationParameter): string =>
  parameter.schema.type === 'array'
    ? `{{ $encodeUrlComponent(${oneText(parameter)}) }}`
    : `{{ $encodeUrlComponent($string(${pathTo(parameter.key)})) }}`;
