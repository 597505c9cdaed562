import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { JsonObject, PortItems } from '../item.ts';
import { checkCondition, conditionSchema, holds } from './conditions.ts';
import { defineNode } from './define-node.ts';

const outputName = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => name !== 'error', 'must not be "error"');

/** Edges name outputs: they are known before anything is evaluated. */
const checkNames = (names: readonly (readonly [pointer: string, name: unknown])[]) =>
  names
    .filter(([, name]) => typeof name === 'string' && name.includes('{{'))
    .map(([pointer]) => ({ pointer, message: 'must be a name and not an expression' }));

const parameters = z.strictObject({
  mode: z.enum(['rules', 'expression']).default('rules').meta({
    title: 'Mode',
    description: 'By rules, each with an output; or by an expression that gives the name of an output.',
  }),
  rules: z
    .array(
      z.strictObject({
        condition: conditionSchema.optional(),
        output: outputName.meta({
          title: 'Output',
          description: 'Where items go that the rule matches.',
          examples: ['large'],
        }),
      }),
    )
    .max(50)
    .default([])
    .meta({ title: 'Rules', description: 'Looked at one after the other.' }),
  output: z
    .json()
    .optional()
    .meta({
      title: 'Output',
      description: 'In expression mode: the name of an output.',
      examples: ['{{ $json.kind }}'],
    }),
  outputs: z
    .array(outputName)
    .max(50)
    .default([])
    .meta({ title: 'Outputs', description: 'In expression mode: those there are.' }),
  fallback: outputName.nullable().default(null).meta({
    title: 'Fallback',
    description: 'Where items go that nothing matches; without one they end here.',
  }),
  allMatching: z.boolean().default(false).meta({
    title: 'All matching',
    description: 'Sends an item to every rule that matches and not only to the first.',
  }),
});

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** The outputs there are, by the parameters as written. */
const outputsOf = ({ mode, rules, outputs, fallback }: JsonObject): string[] => {
  const ruled = Array.isArray(rules) ? textsOf(rules.map((rule) => (rule as JsonObject | null)?.output)) : [];
  const named = mode === 'expression' ? textsOf(outputs) : ruled;
  return [...new Set([...named, ...textsOf([fallback])])];
};

export const flowSwitch = defineNode({
  type: 'flow.switch',
  name: 'Switch',
  description: 'Sends each item to one of several outputs, or to all that match.',
  category: 'Flow',
  icon: 'signpost',
  outputs: outputsOf,
  mode: 'perItem',
  parameters,
  check: (written) => {
    const rules = Array.isArray(written.rules) ? written.rules : [];
    if (written.mode === 'expression')
      return [
        ...checkNames([
          ['/fallback', written.fallback],
          ...textsOf(written.outputs).map((name, index) => [`/outputs/${index}`, name] as const),
        ]),
        ...(written.output === undefined
          ? [{ pointer: '/output', message: 'is needed in expression mode' }]
          : []),
        ...(outputsOf(written).length === 0 ? [{ pointer: '/outputs', message: 'must name an output' }] : []),
      ];
    if (rules.length === 0) return [{ pointer: '/rules', message: 'must hold a rule' }];
    return [
      ...checkNames([['/fallback', written.fallback]]),
      ...rules.flatMap((rule, index) => [
        ...checkCondition((rule as JsonObject | null)?.condition, `/rules/${index}/condition`),
        ...checkNames([[`/rules/${index}/output`, (rule as JsonObject | null)?.output]]),
      ]),
    ];
  },
  example: {
    parameters: {
      rules: [
        { condition: '{{ $json.total > 1000 }}', output: 'large' },
        { condition: '{{ $json.total > 100 }}', output: 'medium' },
      ],
      fallback: 'small',
    },
    input: [{ json: { total: 5 } }, { json: { total: 5000 } }],
    output: { small: [{ json: { total: 5 } }], large: [{ json: { total: 5000 } }] },
  },
  execute: ({ parameters: given, items }) => {
    const { fallback, allMatching } = given;
    const matching = given.mode === 'expression' ? named(given) : ruled(given);
    const chosen = allMatching ? matching : matching.slice(0, 1);
    const ports = chosen.length > 0 || fallback === null ? chosen : [fallback];
    const outputs: PortItems = Object.fromEntries(ports.map((port) => [port, items]));
    return { outputs };
  },
});

type Given = z.output<typeof parameters>;

const ruled = ({ rules }: Given): string[] =>
  rules.filter(({ condition }) => holds(condition)).map(({ output }) => output);

const named = ({ output, outputs, fallback }: Given): string[] => {
  const names = (Array.isArray(output) ? output : [output]).filter(
    (name) => name !== undefined && name !== null,
  );
  const unknown = names.find((name) => !outputs.includes(String(name)));
  if (unknown === undefined) return names.map(String);
  if (fallback !== null) return [];
  throw new NodeError(
    'switch.unknownOutput',
    `The expression gives ${JSON.stringify(unknown)}; the outputs are ${outputs.join(', ')}. Add it, or set a fallback.`,
  );
};
