import { z } from 'zod';
import type { ChatTool } from '../../engine/ai/port.ts';
import { definitionSchema } from '../../engine/definition.ts';
import { FUNCTIONS } from '../../engine/expression/functions.ts';
import type { NodeType } from '../../engine/index.ts';
import type { JsonObject } from '../../engine/item.ts';
import { briefSchema } from './brief-schema.ts';
import type { KnownModel } from './known-models.ts';

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
      // The rules say of its fields what a proposal needs; all that is said to people would double the tool.
      definition: briefSchema(
        z.toJSONSchema(definitionSchema, { io: 'input', unrepresentable: 'any' }) as JsonObject,
        ['description'],
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

const RULES = `You design workflows for Stepwell, which automates work between services. Answer only by the tool ${PROPOSE_TOOL.name}, with the whole workflow.

Form: {nodes, edges}. A node has id (letters, digits, _ and -), name (unique, what it does in a few words), type (one of those below and no other) and parameters (those of its type and no others). An edge has source, target, and sourcePort or targetPort where that is not "main". Leave out position, typeVersion, pinnedItems, and settings that nobody asked for.

How it runs: a trigger, which has no inputs, starts it; ports that are not told are "main"; every other node is reached from a trigger, and nothing leads into one. Nodes hand on lists of items {json}. Most act once for each item they get, and a list that a service answers becomes an item for each element. What a node gives is told with its type; behind it $json is that, and earlier data is $node("Name").json. A port that gives no items starts nothing. Two edges into one port make the node run twice; to wait for several branches, merge them. What a loop sends by "loop" must lead back to it; what a map sends by "item" must lead to its port "collect".
Errors end the execution, unless the node has onError "continue", or "branch", which adds the output port "error" with the item and its error {code, message}. Give calls of other services retry {"maxAttempts": 3}.

Expressions stand between {{ and }} in texts of parameters, in JSONata: {{ $json.total > 100 and $json.country = "PT" }}, {{ $json.vip ? "now" : "later" }}, {{ $sum($json.lines.(price * count)) }}, {{ $json.lines[price > 5].name }}, {{ $json.first & " " & $json.last }}. No JavaScript: no ===, &&, ||, !, methods, arrow functions or template literals; texts are joined by & alone. There are $json, $items (all items), $index, $node("Name").json, $trigger.json, $vars.name, $now, $today, $execution.id, $workflow.name. A text that is one expression keeps the type of its value; a field that is missing gives nothing. Conditions are one expression that gives true or false. Beside JSONata's own functions there are:
${Object.entries(FUNCTIONS)
  .map(([name, { doc }]) => `$${name}: ${doc}`)
  .join('\n')}

Never write a secret, key or password. Write no credentialId, but keep the one that a node of a given workflow has. Say in "needs", by nodeId, which credentials, addresses, ids and names the user must supply; write a clear example in the place of what you do not know, such as https://api.example.com/orders.
Use few nodes, and those made for a purpose before http.request, and that before code. What no type below does, do by http.request. Clocks are in the parameter timezone: UTC unless the request tells another. Write names and explanation in the language of the request.`;

interface Grounding {
  /** Those that may be of use; all others exist, too, but are not told of. */
  readonly types: readonly NodeType[];
  /** AI models that nodes may name. */
  readonly models: readonly KnownModel[];
  /** Workflows for something like it. */
  readonly examples: readonly {
    readonly name: string;
    readonly description: string;
    readonly definition: unknown;
  }[];
}

/** What the model is told: the same for the same types and examples, so that a provider can keep it. */
export const systemText = ({ types, models, examples }: Grounding): string =>
  [
    RULES,
    ...(types.some(({ isAi }) => isAi) ? [modelsText(models)] : []),
    `Node types:\n${types.map(typeText).join('\n')}`,
    ...examples.map(
      ({ name, description, definition }) =>
        `Example "${name}": ${description}\n${JSON.stringify(asWritten(definition as JsonObject))}`,
    ),
  ].join('\n\n');

const modelsText = (models: readonly KnownModel[]): string =>
  `The parameter model of AI nodes is one of these ids; where none is of the right type leave it "" and say so in needs:\n${models
    .map(({ id, name, type }) => `${id}: ${name}, ${type}`)
    .join('\n')}`;

/** Of what a node gives, so much is shown. */
const LONGEST_GIVEN = 400;

const typeText = (type: NodeType): string => {
  const { parameters, output } = type.example;
  const schema = z.toJSONSchema(type.parameters, { io: 'input', unrepresentable: 'any' });
  const gives = Object.fromEntries(
    Object.entries(output).flatMap(([port, [first]]) => (first ? [[port, first.json]] : [])),
  );
  return JSON.stringify({
    type: type.type,
    does: type.description,
    ...portsOf('inputs', type.inputs(parameters)),
    ...portsOf('outputs', type.outputs(parameters)),
    parameters: (briefSchema(schema as JsonObject) as JsonObject).properties ?? {},
    ...((schema as JsonObject).required !== undefined && { required: (schema as JsonObject).required }),
    example: parameters,
    ...(JSON.stringify(gives).length <= LONGEST_GIVEN && { gives }),
  });
};

const portsOf = (name: string, ports: readonly string[]) =>
  ports.length === 1 && ports[0] === 'main' ? {} : { [name]: ports };

/** A definition without what goes without saying: a model writes like its examples, and each word of an answer costs. */
const asWritten = ({ nodes, edges, ...rest }: JsonObject): JsonObject => ({
  nodes: (nodes as readonly JsonObject[]).map(({ position: _position, ...node }) => node),
  edges: ((edges ?? []) as readonly JsonObject[]).map((edge) =>
    Object.fromEntries(
      Object.entries(edge).filter(([key, value]) => !key.endsWith('Port') || value !== 'main'),
    ),
  ),
  ...rest,
});
