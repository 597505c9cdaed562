import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';

/** Names that mean something to JavaScript objects: as data they are allowed, as a step of a path they are not. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export const isFieldPath = (path: string): boolean =>
  path.split('.').every((segment) => segment !== '' && !FORBIDDEN.has(segment));

/** A copy of `object` with `value` at a dot path; objects on the way are copied, what is no object is replaced. Throws `data.path`. */
export const withField = (object: JsonObject, path: string, value: Json): JsonObject => {
  if (!isFieldPath(path))
    throw new NodeError(
      'data.path',
      `${JSON.stringify(path)} is no path: expected names parted by dots, none empty or reserved.`,
    );
  const [name = '', ...rest] = path.split('.');
  const inside = Object.hasOwn(object, name) ? object[name] : undefined;
  const next = rest.length === 0 ? value : withField(isObject(inside) ? inside : {}, rest.join('.'), value);
  // A spread of the name would set the prototype were it "__proto__"; it never is.
  return { ...object, [name]: next };
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
