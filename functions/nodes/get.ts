import { z } from 'zod';
import { nodeTypes } from '../../engine/index.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { getNode } from '../../shared/contracts/nodes.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { summaryOf } from './summary.ts';

export const get = defineHandler(getNode, async ({ params }) => {
  const type = nodeTypes.get(params.type);
  if (!type) throw notFound('node type');
  const { example } = type;
  return {
    body: {
      ...summaryOf(type),
      trigger: type.trigger,
      inputs: [...type.inputs(example.parameters)],
      outputs: [...type.outputs(example.parameters)],
      credentialTypes: [...type.credentialTypes],
      schema: z.toJSONSchema(type.parameters, { io: 'input' }),
      example,
    },
  };
});
