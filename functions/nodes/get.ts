import { z } from 'zod';
import { nodeTypes } from '../../engine/index.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { getNode } from '../../shared/contracts/nodes.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { summaryOf } from './summary.ts';

export const get = defineHandler(getNode, async ({ params }) => {
  const node = nodeTypes.get(params.type);
  if (!node) throw notFound('node type');
  return {
    body: {
      ...summaryOf(node),
      trigger: node.trigger,
      inputs: node.inputs(node.example.parameters),
      outputs: node.outputs(node.example.parameters),
      credentialTypes: node.credentialTypes,
      // What people write, before defaults; what JSON Schema cannot say is left open.
      schema: z.toJSONSchema(node.parameters, { io: 'input', unrepresentable: 'any' }),
      example: node.example,
    },
  };
});
