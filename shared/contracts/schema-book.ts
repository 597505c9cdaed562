import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

const SCHEMA_ROOT = '#/components/schemas/';

/** Collects JSON Schemas (draft 2020-12) for one document: what has a name is written once and referred to. */
export class SchemaBook {
  readonly schemas: Record<string, JsonSchema> = {};

  readonly #named = new Map<z.core.$ZodType, string>();

  /** Names a schema; `aliases` are written as references to it. */
  add(name: string, schema: z.ZodType, ...aliases: readonly z.ZodType[]): void {
    this.schemas[name] = this.inline(schema);
    for (const alias of [schema, ...aliases]) this.#named.set(alias, name);
  }

  /** The schema as it may stand anywhere in the document. Requests are `input`, answers `output`. */
  refer(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    return this.#write(schema, io);
  }

  /** For parameters, which need the properties of the schema itself. */
  inline(schema: z.ZodType): JsonSchema {
    return this.#write(schema, 'input');
  }

  #write(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const root: z.core.$ZodType = schema;
    const {
      $schema: _,
      $defs = {},
      ...written
    } = z.toJSONSchema(schema, {
      io,
      // A transform says nothing of what comes out of it; its input is what callers see.
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        const known = zodSchema === root ? undefined : this.#named.get(zodSchema);
        if (known === undefined) return;
        for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
        jsonSchema.$ref = `${SCHEMA_ROOT}${known}`;
      },
    });
    const names = new Map(Object.keys($defs).map((name) => [name, nameOf(name)]));
    for (const [name, definition] of Object.entries($defs)) {
      this.schemas[names.get(name) ?? name] = redirect(definition, names);
    }
    return redirect(written, names);
  }
}

/** The only schema without a name of its own that is referred to is that of any JSON value, which holds itself. */
const nameOf = (name: string): string => (name.startsWith('__schema') ? 'Json' : name);

/** Points references into the document's components. */
const redirect = (schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema =>
  JSON.parse(
    JSON.stringify(schema, (key, value) => {
      if (key !== '$ref' || typeof value !== 'string' || !value.startsWith('#/$defs/')) return value;
      const name = value.slice('#/$defs/'.length);
      return `${SCHEMA_ROOT}${names.get(name) ?? name}`;
    }),
  );
