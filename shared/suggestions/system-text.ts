import { z } from 'zod';
import type { ChatTool } from '../../engine/ai/port.ts';
import { definitionSchema } from '../../engine/definition.ts';
import type { NodeType } from '../../engine/index.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { briefSchema } from './brief-schema.ts';

/** The tool a model answers through: its schema is that of a definition. */
export const PROPOSE_TOOL: ChatTool = {
  name: 'propose_workflow',
  description: 'Proposes a workflow. Nothing is saved or run by it: a person looks at it first.',
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'A short name for the workflow.' },
      explanation: {
        type: 'string',
        description: 'What it does, step by step, in the language of the request.',
      },
      definition: briefSchema(
        z.toJSONSchema(definitionSchema, { io: 'input', unrepresentable: 'any' }) as JsonObject,
      ),
      needs: {
        type: 'array',
        description: 'What the user must still supply: credentials, addresses, ids, names.',
        items: {
          type: 'object',
          properties: {
            kind: { type: 'string', enum: ['credential', 'value'] },
            nodeId: { type: ['string', 'null'] },
            what: { type: 'string' },
          },
          required: ['kind', 'what'],
        },
      },
    },
    required: ['name', 'explanation', 'definition', 'needs'],
  },
};

const RULES = `You design workflows for Stepwell. Answer only by the tool ${PROPOSE_TOOL.name}.

A workflow is {nodes, edges, settings}. Each node has: id (letters, digits, _ and -), name (unique), type (one of those below), parameters (by its schema). Each edge has: source, target, and where they are not "main" sourcePort and targetPort. Nodes exchange lists of items {json}.
There is at least one trigger, and every other node is reached from one.
Texts in parameters may hold expressions in JSONata between {{ and }}: $json (this item), $items, $index, $node("Name").json, $trigger.json, $vars.name, $now, $execution.id. A text that is one expression keeps the value's type. JSONata is not JavaScript: "&" joins texts, "=" compares, $exists(x), $count(list), $sum(list), $string(x).
A webhook trigger gives one item {method, path, params, query, headers, body}. Conditions are expressions that give true or false.
Never write a secret, key or password, and no credentialId: say in "needs" what is to be supplied. Where an address, an id or a name is not known, write a clear example and say so in "needs".
Use few nodes. Prefer nodes made for a purpose over code.`;

interface Grounding {
  /** Those that may be of use; all others exist, too, but are not told of. */
  readonly types: readonly NodeType[];
  /** Workflows for something like it. */
  readonly examples: readonly {
    readonly name: string;
    readonly description: string;
    readonly definition: unknown;
  }[];
}

/** What the model is told: the same for the same types and examples, so that a provider can keep it. */
export const systemText = ({ types, examples }: Grounding): string =>
  [
    RULES,
    `Node types:\n${types.map(typeText).join('\n')}`,
    ...examples.map(
      ({ name, description, definition }) =>
        `Example "${name}": ${description}\n${JSON.stringify(definition)}`,
    ),
  ].join('\n\n');

const typeText = (type: NodeType): string => {
  const { parameters } = type.example;
  const schema = z.toJSONSchema(type.parameters, { io: 'input', unrepresentable: 'any' });
  return JSON.stringify({
    type: type.type,
    does: type.description,
    inputs: type.inputs(parameters),
    outputs: type.outputs(parameters),
    parameters: (briefSchema(schema as JsonObject) as JsonObject).properties ?? {},
    required: ((schema as JsonObject).required as Json | undefined) ?? [],
    example: parameters,
  });
};
