import { NodeError } from '../../errors.ts';
import type { Json, JsonObject } from '../../item.ts';
import { IN_WORDS } from '../../schema-words.ts';
import type { NodeCall, NodeType } from '../define-node.ts';
import { misfits, readSchema } from '../json-schema.ts';
import type { AgentTool } from './tool.ts';

interface Acting {
  readonly call: NodeCall<unknown>;
  /** The item the agent is about. */
  readonly index: number;
  readonly types: ReadonlyMap<string, NodeType>;
}

/** What the model wrote, if it fits the tool. Throws `ai.toolInput`, which tells the model. */
export const checkedInput = ({ input }: AgentTool, written: Json): JsonObject => {
  const parsed = readSchema(input).safeParse(written, IN_WORDS);
  if (parsed.success) return parsed.data;
  throw new NodeError('ai.toolInput', `The input does not fit: ${misfits(parsed.error)}`);
};

/** Runs a node as a tool, with its fixed parameters and what the model filled in. Its key is that of the use: the same again is the same. */
export const actAsNode = async (
  { call, index, types }: Acting,
  tool: Extract<AgentTool, { kind: 'node' }>,
  input: JsonObject,
  key: string,
): Promise<Json> => {
  const type = types.get(tool.type);
  if (!type) throw new NodeError('node.unknownType', `There is no node type ${tool.type}.`);
  const evaluate: typeof call.evaluate = (raw, at, seen) =>
    call.evaluate(raw, at, { parameters: input, ...seen });
  const isRaw = ([name]: readonly [string, Json]) =>
    type.rawParameters.includes(name) || type.verbatimParameters.includes(name);
  const entries = Object.entries(tool.parameters);
  const evaluated = await evaluate(Object.fromEntries(entries.filter((each) => !isRaw(each))), index);
  const filled = { ...(evaluated as JsonObject), ...Object.fromEntries(entries.filter(isRaw)) };
  const parsed = type.parameters.safeParse(filled, IN_WORDS);
  if (!parsed.success) throw new NodeError('node.invalidParameters', misfits(parsed.error));
  const item = call.items[index] ?? { json: {} };
  const result = await type.execute({
    ...call,
    signal: call.signal,
    parameters: parsed.data,
    inputs: { main: [item] },
    items: [item],
    index: 0,
    idempotencyKey: `${call.idempotencyKey}/${key}`,
    evaluate: (raw, _at, seen) => evaluate(raw, index, seen),
    scope: () => call.scope(index),
    credential: async () =>
      tool.credentialId === undefined
        ? null
        : call.credential({ id: tool.credentialId, types: type.credentialTypes }),
  });
  const items = Object.values(result.outputs).flat();
  return items.length === 1 ? (items[0]?.json ?? null) : items.map(({ json }) => json);
};
