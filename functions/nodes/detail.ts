import { z } from 'zod';
import type { NodeType } from '../../engine/index.ts';
import type { JsonObject } from '../../engine/item.ts';
import { summaryOf } from './summary.ts';

/** All that is told of a node type. `schema`: that of an added one is told as it was given. */
export const detailOf = (node: NodeType, schema?: JsonObject) => ({
  ...summaryOf(node),
  trigger: node.trigger,
  inputs: node.inputs(node.example.parameters),
  outputs: node.outputs(node.example.parameters),
  effect: effectOf(node),
  credentialTypes: node.credentialTypes,
  needsCredential: node.needsCredential,
  // What people write, before defaults; what JSON Schema cannot say is left open.
  schema: schema ?? z.toJSONSchema(node.parameters, { io: 'input', unrepresentable: 'any' }),
  example: node.example,
});

/** Expressions in the example may not fit the schema before they are evaluated; its fixed parameters decide then. */
const effectOf = (node: NodeType) => {
  const read = node.parameters.safeParse(node.example.parameters);
  return node.effect(read.success ? read.data : node.example.parameters);
};
