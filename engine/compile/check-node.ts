import { z } from 'zod';
import type { DefinitionNode } from '../definition.ts';
import {
  bareVariables,
  type CompiledTemplate,
  computedVariables,
  ExpressionError,
  parseTemplate,
  referencedNodes,
  slipsOf,
  unknownNamesIn,
} from '../expression/template.ts';
import type { Json, JsonObject } from '../item.ts';
import type { NodeType } from '../nodes/define-node.ts';
import { nodeTypes } from '../nodes/registry.ts';
import { IN_WORDS } from '../schema-words.ts';
import { type DefinitionProblem, error, fieldsOf, pointerTo, warning } from './problem.ts';
import type { ValidationContext } from './validation-context.ts';

interface NodeContext extends ValidationContext {
  readonly names: ReadonlySet<string>;
}

/** What is wrong with a node by itself: its type, its parameters, its expressions, its credential. */
export const checkNode = (
  node: DefinitionNode,
  pointer: string,
  context: NodeContext,
): DefinitionProblem[] => {
  const type = (context.types ?? nodeTypes).get(node.type, node.typeVersion);
  const expressions = checkExpressions(node, type, `${pointer}/parameters`, context);
  const credential = checkCredential(node, type, pointer, context);
  if (!type) {
    const message = `${JSON.stringify(node.type)} is no node type; GET /nodes lists those there are`;
    return [error('node.unknownType', `${pointer}/type`, message, node.id), ...expressions, ...credential];
  }
  return [
    ...checkVersion(node, type, pointer),
    ...checkParameters(node, type, `${pointer}/parameters`),
    ...expressions,
    ...credential,
  ];
};

const checkVersion = (node: DefinitionNode, type: NodeType, pointer: string): DefinitionProblem[] =>
  node.typeVersion === undefined || node.typeVersion === type.version
    ? []
    : [
        error(
          'node.unknownVersion',
          `${pointer}/typeVersion`,
          `there is version ${type.version} of ${type.type}`,
          node.id,
        ),
      ];

/** A value that holds an expression may become anything; it is checked when it has. Those of a trigger never are evaluated. */
const checkParameters = (node: DefinitionNode, type: NodeType, pointer: string): DefinitionProblem[] => {
  const parsed = type.parameters.safeParse(node.parameters, IN_WORDS);
  const issues = parsed.success ? [] : parsed.error.issues;
  const misfits = issues
    .filter((issue) => type.trigger !== null || !isExcused(issue, node.parameters))
    .flatMap((issue) =>
      fieldsOf(issue).map(([path, message]) => {
        const said = issue.code === 'unrecognized_keys' ? strangerIn(type, path) : message;
        return error('node.parameter', pointer + pointerTo(path), said, node.id);
      }),
    );
  const told = new Set(misfits.map((each) => each.pointer));
  const further = (type.check?.(node.parameters) ?? []).filter((each) => !told.has(pointer + each.pointer));
  return [
    ...misfits,
    ...further.map((each) => error('node.parameter', pointer + each.pointer, each.message, node.id)),
  ];
};

/** What is said of a name that nobody knows: which there are in its place. */
const strangerIn = (type: NodeType, path: readonly PropertyKey[]): string => {
  const within = path.slice(0, -1);
  const schema = z.toJSONSchema(type.parameters, { io: 'input', unrepresentable: 'any' });
  const names = within.reduce((found, key) => found.flatMap((each) => below(each, key)), formsOf(schema));
  const known = [...new Set(names.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const what = within.length === 0 ? `parameter of ${type.type}` : `field of ${within.map(String).join('.')}`;
  return `is no ${what}; it has ${known.join(', ') || 'none'}`;
};

type Schema = z.core.JSONSchema.BaseSchema;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** A schema, and all that it may be instead. */
const formsOf = (schema: Schema): readonly Schema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(formsOf),
];

const below = ({ properties, items, additionalProperties }: Schema, key: PropertyKey): readonly Schema[] => {
  const found = typeof key === 'number' ? items : (properties?.[String(key)] ?? additionalProperties);
  return isSchema(found) && !Array.isArray(found) ? formsOf(found) : [];
};

/** A value of several forms is excused when one of them is missed by nothing but expressions. */
const isExcused = (issue: z.core.$ZodIssue, parameters: unknown): boolean => {
  const value = valueAt(parameters, issue.path);
  if (holdsExpression(value)) return true;
  return (
    issue.code === 'invalid_union' &&
    issue.errors.some((form) => form.length > 0 && form.every((inner) => isExcused(inner, value)))
  );
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (each, key) =>
      typeof each === 'object' && each !== null && Object.hasOwn(each, key)
        ? Reflect.get(each, key)
        : undefined,
    value,
  );

const holdsExpression = (value: unknown): boolean => typeof value === 'string' && value.includes('{{');

const checkExpressions = (
  node: DefinitionNode,
  type: NodeType | undefined,
  pointer: string,
  context: NodeContext,
): DefinitionProblem[] =>
  textsIn(evaluatedOf(node, type), pointer).flatMap(([at, text]) =>
    checkText(node, at, text, { ...context, isTold: type?.isAi ?? false }),
  );

const evaluatedOf = ({ parameters }: DefinitionNode, type: NodeType | undefined): JsonObject => {
  const verbatim = type?.verbatimParameters ?? [];
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !verbatim.includes(name)));
};

const checkText = (
  node: DefinitionNode,
  pointer: string,
  text: string,
  { names, secretVariables, isTold }: NodeContext & { readonly isTold: boolean },
): DefinitionProblem[] => {
  let template: CompiledTemplate;
  try {
    template = parseTemplate(text);
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError)) throw thrown;
    const message = `the expression ${thrown.message} (at character ${thrown.position} of ${JSON.stringify(thrown.expression.slice(0, 200))})`;
    return [error('expression.syntax', pointer, message, node.id)];
  }
  const strangers = referencedNodes(template).filter((name) => !names.has(name));
  // What a model is told may come back in any words.
  const used = [...computedVariables(template), ...(isTold ? bareVariables(template) : [])];
  const secrets = used.filter((name) => secretVariables?.has(name));
  return [
    ...strangers.map((name) =>
      error('expression.unknownNode', pointer, `there is no node named ${JSON.stringify(name)}`, node.id),
    ),
    ...unknownNamesIn(template).map(({ name, isCalled, position }) =>
      (isCalled ? error : warning)(
        'expression.unknownName',
        pointer,
        isCalled
          ? `there is no function $${name} (at character ${position})`
          : `nothing is called $${name} (at character ${position}): it will be nothing`,
        node.id,
      ),
    ),
    ...slipsOf(template).map(({ message, position, isFatal }) =>
      (isFatal ? error : warning)(
        'expression.slip',
        pointer,
        `${message} (at character ${position})`,
        node.id,
      ),
    ),
    ...(text.startsWith('={{')
      ? [
          warning(
            'expression.slip',
            pointer,
            'the "=" before the expression becomes part of the text',
            node.id,
          ),
        ]
      : []),
    ...secrets.map((name) =>
      error(
        'expression.secretVariable',
        pointer,
        isTold
          ? `the variable ${name} is secret, and no model is told secrets`
          : `the variable ${name} is secret: an expression may be {{ $vars.${name} }}, and nothing may be computed from it`,
        node.id,
      ),
    ),
  ];
};

/** Every text below a value, with its pointer. */
const textsIn = (value: Json, pointer: string): [pointer: string, text: string][] => {
  if (typeof value === 'string') return [[pointer, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsIn(each as Json, pointer + pointerTo([key])));
};

const checkCredential = (
  { id, credentialId }: DefinitionNode,
  type: NodeType | undefined,
  pointer: string,
  { credentials }: NodeContext,
): DefinitionProblem[] => {
  if (!credentials) return [];
  const at = `${pointer}/credentialId`;
  if (credentialId === undefined) {
    if (!type?.needsCredential) return [];
    const message = `is needed to run it: a credential of type ${type.credentialTypes.join(' or ')}`;
    return [warning('node.noCredential', at, message, id)];
  }
  const given = credentials.get(credentialId);
  if (given === undefined)
    return [error('node.unknownCredential', at, `there is no credential ${credentialId} of yours`, id)];
  if (!type || type.credentialTypes.includes(given)) return [];
  const wanted = type.credentialTypes.join(', ');
  const message = wanted === '' ? `${type.type} takes no credential` : `must be one of type ${wanted}`;
  return [error('node.credentialType', at, message, id)];
};
