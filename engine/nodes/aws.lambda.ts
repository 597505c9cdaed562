import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json, JsonObject } from '../item.ts';
import { defineAwsNode, missing } from './aws-node.ts';
import { isObject } from './field-path.ts';

export const awsLambda = defineAwsNode({
  type: 'aws.lambda',
  name: 'AWS Lambda',
  description: 'Invokes a function and gives what it returns. Needs the permission lambda:InvokeFunction.',
  icon: 'lambda',
  service: 'lambda',
  shape: {
    functionName: z
      .string()
      .max(512)
      .default('')
      .meta({ title: 'Function', description: 'Its name or ARN, with or without version.' }),
    payload: z
      .json()
      .optional()
      .meta({
        title: 'Payload',
        description: 'The item’s JSON when left out.',
        examples: [{ id: '{{ $json.id }}' }],
      }),
    invocation: z.enum(['wait', 'event']).default('wait').meta({
      title: 'Invocation',
      description: 'event: handed over, and nothing is waited for.',
    }),
  },
  effect: () => 'write',
  check: (written) => missing(written, 'functionName'),
  example: {
    parameters: { functionName: 'price-of', payload: { sku: '{{ $json.sku }}' } },
    input: [{ json: { sku: 'A' } }],
    output: { main: [{ json: { price: 12.5 } }] },
  },
  perform: async ({ functionName, payload, invocation }, { send, item }) => {
    const answer = await send('Invoke', {
      FunctionName: functionName,
      InvocationType: invocation === 'wait' ? 'RequestResponse' : 'Event',
      Payload: new TextEncoder().encode(JSON.stringify(payload ?? item.json)),
    });
    const returned = payloadOf(answer.Payload);
    if (answer.FunctionError !== undefined) {
      const { errorType, errorMessage } = isObject(returned) ? returned : ({} as JsonObject);
      const message = `The function failed: ${String(errorType ?? answer.FunctionError)}: ${String(errorMessage ?? '')}`;
      throw new NodeError('aws.functionFailed', message, { details: returned });
    }
    if (invocation === 'event') return [{ json: { accepted: true } }];
    return [{ json: isObject(returned) ? returned : { data: returned } }];
  },
});

const payloadOf = (bytes: unknown): Json => {
  const text = bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : '';
  return text === '' ? null : (JSON.parse(text) as Json);
};
