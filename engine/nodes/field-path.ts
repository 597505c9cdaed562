import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';

/** Names that mean something to JavaScript objects: as data they are allowed, as a step of a path they are not. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const isFieldPath = (path: string): boolean =>
  path.split('.').every((segment) => segment !== '' && !FORBIDDEN.has(segment));

/** A field of an item, or a dot path such as `customer.address.city`. */
export const fieldPath = z
  .string()
  .min(1)
  .max(512)
  .refine(isFieldPath, 'must be names parted by dots, none empty or reserved');

/** What stands at a dot path; a step may be the position in a list. Undefined where nothing is. */
export const fieldAt = (json: JsonObject, path: string): Json | undefined => {
  // Most paths are one name.
  if (!path.includes('.')) return Object.hasOwn(json, path) ? json[path] : undefined;
  let value: Json | undefined = json;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
};

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

/** A copy of `object` without what stands at a dot path; the object itself where nothing does. */
export const withoutField = (object: JsonObject, path: string): JsonObject => {
  const [name = '', ...rest] = path.split('.');
  if (!Object.hasOwn(object, name)) return object;
  if (rest.length > 0) {
    const inside = object[name];
    return isObject(inside) ? { ...object, [name]: withoutField(inside, rest.join('.')) } : object;
  }
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name));
};

/** A new object with what stands at the paths, each at its own; what is not there is left out. */
export const onlyFields = (object: JsonObject, paths: readonly string[]): JsonObject =>
  paths.reduce<JsonObject>((kept, path) => {
    const value = fieldAt(object, path);
    return value === undefined ? kept : withField(kept, path, value);
  }, {});

/** A problem for each result that would take the place of an earlier one of the same name. */
export const sameNames = (
  names: readonly string[],
  pointerAt: (index: number) => string,
): readonly { readonly pointer: string; readonly message: string }[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [
          {
            pointer: pointerAt(index),
            message: `must tell it from the other result that is called "${name}"`,
          },
        ]
      : [],
  );

/** A problem where fields are selected and what is kept would not look at them. */
export const unusedSelection = (
  keep: unknown,
  selected: unknown,
): readonly { readonly pointer: string; readonly message: string }[] =>
  keep !== 'selected' && Array.isArray(selected) && selected.length > 0
    ? [{ pointer: '/keep', message: 'must be "selected" for the fields in "selected" to matter' }]
    : [];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The last name of a path: what a value is called that has been taken from there. */
export const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
