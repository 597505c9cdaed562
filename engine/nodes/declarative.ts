import { z } from 'zod';
import { fieldsOf, pointerTo } from '../compile/problem.ts';
import { HTTP_CREDENTIAL_TYPES } from '../credentials/registry.ts';
import { NodeError } from '../errors.ts';
import { ExpressionError, parseTemplate, unknownNamesIn } from '../expression/template.ts';
import type { Item, Json, JsonObject } from '../item.ts';
import { IN_WORDS } from '../schema-words.ts';
import { defineNode, type NodeCall, type NodeType } from './define-node.ts';
import { isObject } from './field-path.ts';
import { httpRequest } from './http.request.ts';
import { readSchema, schemaProblems } from './json-schema.ts';

/** Types of nodes that were added to the catalogue begin so: the engine will never have one of its own there. */
export const CUSTOM_PREFIX = 'custom.';

const parametersSchema = z
  .looseObject({
    type: z.literal('object'),
    properties: z.record(z.string().min(1).max(128), z.json()).default({}),
  })
  .meta({ description: 'JSON Schema of an object: its properties are the parameters.' });

/** A node type in JSON: parameters, the request they become, and the items its answer becomes. */
export const declarativeSchema = z.strictObject({
  type: z
    .string()
    .max(128)
    .regex(
      /^custom\.[a-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/,
      'must be "custom." and names of letters, digits, "_" and "-"',
    ),
  name: z.string().min(1).max(128),
  description: z.string().max(2_000).default(''),
  category: z.string().min(1).max(64).default('Custom'),
  icon: z.string().min(1).max(64).default('puzzle'),
  parameters: parametersSchema.default({ type: 'object', properties: {} }),
  request: z.record(z.string(), z.json()).meta({
    description:
      'The parameters of http.request; expressions in it see $parameters, beside all that they see elsewhere.',
  }),
  result: z.json().optional().meta({
    description:
      'What the answer becomes, from $response: an object is an item, a list an item each. Left out: as http.request has it.',
  }),
  credentialTypes: z
    .array(z.enum(HTTP_CREDENTIAL_TYPES as [string, ...string[]]))
    .max(10)
    .default([]),
  example: z.record(z.string(), z.json()).default({}).meta({ description: 'Parameters to begin with.' }),
});

export type DeclarativeNode = z.output<typeof declarativeSchema>;

interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** What is wrong with a declared node beyond its shape. */
export const checkDeclarative = ({ parameters, request, result }: DeclarativeNode): readonly Problem[] => [
  ...schemaProblems(parameters, '/parameters'),
  ...templateProblems(request, '/request'),
  ...(result === undefined ? [] : templateProblems(result, '/result')),
  ...requestProblems(request),
];

const templateProblems = (value: Json, pointer: string): Problem[] => {
  try {
    return unknownNamesIn(parseTemplate(value)).map(({ name, isCalled }) => ({
      pointer,
      message: `${isCalled ? 'there is no function' : 'nothing is called'} $${name}`,
    }));
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError)) throw thrown;
    return [
      {
        pointer,
        message: `the expression ${thrown.message} (in ${JSON.stringify(thrown.expression.slice(0, 100))})`,
      },
    ];
  }
};

/** Of the request only what holds no expression can be judged before it is made. */
const requestProblems = (request: JsonObject): Problem[] => {
  const parsed = httpRequest.parameters.safeParse(request, IN_WORDS);
  const isFixed = (path: readonly PropertyKey[]) => {
    const top = request[String(path[0] ?? '')];
    return !(JSON.stringify(top) ?? '').includes('{{');
  };
  return (parsed.error?.issues ?? [])
    .flatMap(fieldsOf)
    .filter(([path]) => isFixed(path))
    .map(([path, message]) => ({ pointer: `/request${pointerTo(path)}`, message }));
};

const SAFE: readonly unknown[] = [undefined, 'GET', 'HEAD', 'OPTIONS'];

/** The node type that a declaration describes. It calls as `http.request` does, with all that one can. */
export const declarativeNode = (declared: DeclarativeNode, version: number): NodeType => {
  const { type, name, description, category, icon, request, credentialTypes, example } = declared;
  const { pagination, ...evaluated } = request;
  return defineNode({
    type,
    version,
    name,
    description,
    category,
    icon,
    mode: 'perItem',
    concurrency: 10,
    effect: () => (SAFE.includes(request.method) ? 'read' : 'write'),
    credentialTypes,
    parameters: readSchema(declared.parameters as JsonObject),
    example: { parameters: example, input: [{ json: {} }], output: { main: [] } },
    execute: async (call: NodeCall<JsonObject>) => {
      const seen = { parameters: call.parameters };
      const evaluate: typeof call.evaluate = (raw, index, more) =>
        call.evaluate(raw, index, { ...seen, ...more });
      const written = {
        ...((await evaluate(evaluated, call.index)) as JsonObject),
        ...(pagination && { pagination }),
      };
      const parsed = httpRequest.parameters.safeParse(written, IN_WORDS);
      if (!parsed.success) {
        const what = parsed.error.issues
          .map(({ path, message }) => `${path.join('.')}: ${message}`)
          .join('; ');
        throw new NodeError('node.request', `The request of ${type} is not complete: ${what}`);
      }
      const answer = await httpRequest.execute({
        ...call,
        parameters: parsed.data,
        signal: call.signal,
        evaluate,
      } as never);
      if (declared.result === undefined) return answer;
      const main: Item[] = [];
      for (const { json, binary } of answer.outputs.main ?? []) {
        const found = await evaluate(declared.result, call.index, { response: json });
        for (const each of objectsIn(found)) main.push({ json: each, ...(binary && { binary }) });
      }
      return { outputs: { main } };
    },
  }) as unknown as NodeType;
};

const objectsIn = (value: Json | undefined): readonly JsonObject[] => {
  if (value === undefined || value === null) return [];
  const values: readonly Json[] = Array.isArray(value) ? value : [value as Json];
  return values.map((each) => (isObject(each) ? each : { data: each }));
};
