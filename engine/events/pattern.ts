import type { Json, JsonObject } from '../item.ts';
import { comparisonIn, isLeaf, type Leaf, PatternProblem, type ValueTest, valueTest } from './value-tests.ts';

/** A pattern of EventBridge, ready to be held against events. */
export interface EventPattern {
  readonly matches: (event: JsonObject) => boolean;
  /** Texts of which the event must have one in this field; null when the pattern does not say. */
  literals(field: string): readonly string[] | null;
}

export interface PatternError {
  readonly pointer: string;
  readonly message: string;
}

/** Fields of an event; a pattern that names another at the top would never match. */
const FIELDS = ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'];
/** EventBridge's own limit, at its highest. */
const MAX_CHARACTERS = 4_096;
const MAX_DEPTH = 32;

type Match = (value: Json | undefined, event: JsonObject) => boolean;

/** Reads a pattern; says what is wrong with it otherwise. */
export const parsePattern = (
  written: Json,
): { readonly pattern: EventPattern } | { readonly problem: PatternError } => {
  try {
    if (JSON.stringify(written).length > MAX_CHARACTERS) {
      throw new Located(`is longer than ${MAX_CHARACTERS} characters`, '');
    }
    const fields = objectAt(written, []);
    for (const name of Object.keys(fields)) {
      if (name === OR || FIELDS.includes(name)) continue;
      throw new Located(`is no field of an event; there are ${FIELDS.join(', ')}`, pointerTo([name]));
    }
    const match = objectMatch(fields, []);
    return {
      pattern: {
        matches: (event) => match(event, event),
        literals: (field) => literalsOf(fields[field]),
      },
    };
  } catch (thrown) {
    if (thrown instanceof Located) return { problem: { pointer: thrown.pointer, message: thrown.message } };
    throw thrown;
  }
};

const OR = '$or';

class Located extends Error {
  override readonly name = 'Located';
  readonly pointer: string;

  constructor(message: string, pointer: string) {
    super(message);
    this.pointer = pointer;
  }
}

const pointerTo = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const objectAt = (written: Json | undefined, path: readonly (string | number)[]): JsonObject => {
  const isObject = typeof written === 'object' && written !== null && !Array.isArray(written);
  if (!isObject || Object.keys(written).length === 0) {
    throw new Located('must be an object with at least one field', pointerTo(path));
  }
  if (path.length > MAX_DEPTH) throw new Located(`is nested deeper than ${MAX_DEPTH}`, pointerTo(path));
  return written as JsonObject;
};

/** Every field must match. `path` is where the pattern stands; that of the event is the same, without `$or` and its places. */
const objectMatch = (fields: JsonObject, path: readonly (string | number)[]): Match => {
  const tests = Object.entries(fields).map(
    ([name, written]): ((value: JsonObject, event: JsonObject) => boolean) => {
      const at = [...path, name];
      if (name === OR) return anyOf(written, at);
      const test = Array.isArray(written) ? listMatch(written, at) : objectMatch(objectAt(written, at), at);
      return (value, event) => test(own(value, name), event);
    },
  );
  // Of a list one element must match the whole: fields of different elements do not add up.
  const matches: Match = (value, event) => {
    if (Array.isArray(value)) {
      return value.some(isNested)
        ? value.some((each) => isNested(each) && matches(each, event))
        : matches({}, event);
    }
    const object = isNested(value) ? (value as JsonObject) : {};
    return tests.every((test) => test(object, event));
  };
  return matches;
};

const anyOf = (written: Json, path: readonly (string | number)[]): Match => {
  if (!Array.isArray(written) || written.length < 2) {
    throw new Located('must be a list of at least two patterns', pointerTo(path));
  }
  const choices = written.map((each, index) =>
    objectMatch(objectAt(each, [...path, index]), [...path, index]),
  );
  return (value, event) => choices.some((choice) => choice(value, event));
};

/** One of the values or comparisons must hold for the field, or for one element of it. */
const listMatch = (written: readonly Json[], path: readonly (string | number)[]): Match => {
  if (written.length === 0) throw new Located('must hold at least one value', pointerTo(path));
  const tests = written.map((each, index): Match => {
    try {
      const exists = isLeaf(each) ? null : comparisonIn(each);
      if (exists?.[0] === 'exists') return existence(exists[1], eventPath(path));
      return someLeaf(valueTest(each));
    } catch (thrown) {
      if (!(thrown instanceof PatternProblem)) throw thrown;
      throw new Located(thrown.message, pointerTo([...path, index]) + thrown.at);
    }
  });
  return (value, event) => tests.some((test) => test(value, event));
};

const someLeaf =
  (test: ValueTest): Match =>
  (value) =>
    leavesOf(value).some(test);

/** Whether there is a value; an object is none. Absent means: nowhere in the event, in no element of any list on the way. */
const existence = (wanted: Json, path: readonly string[]): Match => {
  if (typeof wanted !== 'boolean') throw new PatternProblem('takes true or false', '/exists');
  return wanted
    ? (value) => leavesOf(value).length > 0
    : (_value, event) => valuesAt(event, path).flatMap(leavesOf).length === 0;
};

/** `$or` and the place in it are steps of the pattern, not of the event. */
const eventPath = (path: readonly (string | number)[]): string[] =>
  path.filter((step): step is string => typeof step === 'string' && step !== OR);

const valuesAt = (value: Json, [name, ...rest]: readonly string[]): Json[] => {
  if (name === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, [name, ...rest]));
  const next = isNested(value) ? own(value as JsonObject, name) : undefined;
  return next === undefined ? [] : valuesAt(next, rest);
};

const leavesOf = (value: Json | undefined): readonly Leaf[] => {
  if (isLeaf(value)) return [value];
  return Array.isArray(value) ? value.flatMap(leavesOf) : [];
};

const isNested = (value: Json | undefined): boolean => typeof value === 'object' && value !== null;

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

const literalsOf = (written: Json | undefined): readonly string[] | null => {
  if (!Array.isArray(written)) return null;
  const texts = written.filter((each) => typeof each === 'string');
  return texts.length === written.length ? texts : null;
};
