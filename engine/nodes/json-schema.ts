import { z } from 'zod';
import type { JsonObject } from '../item.ts';

/** What a schema may not hold: patterns would run as they are written, references lead who knows where. */
const REFUSED = ['pattern', 'patternProperties', '$ref', '$dynamicRef'];

interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** The JSON Schema of an object, as what checks a value by it. Properties it does not name are refused unless it says so. */
export const readSchema = (schema: JsonObject): z.ZodType<JsonObject> =>
  z.fromJSONSchema({ additionalProperties: false, ...schema } as never) as z.ZodType<JsonObject>;

/** Everything that keeps a written schema from being used. */
export const schemaProblems = (schema: unknown, pointer: string): readonly Problem[] => {
  if (typeof schema !== 'object' || schema === null || (schema as JsonObject).type !== 'object')
    return [{ pointer, message: 'must be a JSON Schema of type "object"' }];
  const refused = refusedIn(schema, pointer);
  if (refused.length > 0) return refused;
  try {
    readSchema(schema as JsonObject);
    return [];
  } catch (thrown) {
    return [{ pointer, message: `is no JSON Schema that can be used: ${(thrown as Error).message}` }];
  }
};

/** `areNames`: whether the keys of the value are names of properties, and no words of JSON Schema. */
const refusedIn = (value: unknown, pointer: string, areNames = false): Problem[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    if (!areNames && REFUSED.includes(key))
      return [{ pointer: `${pointer}/${key}`, message: 'is not taken here' }];
    return refusedIn(each, `${pointer}/${key}`, !areNames && key === 'properties');
  });
};

/** What is wrong with a value, in words a model can act on. */
export const misfits = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`).join('; ');
