import { AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const queueBuffer = defineTemplate({
  id: 'queue-buffer',
  name: 'Buffer webhook calls in SQS',
  description:
    'Takes webhook calls as fast as they come, puts each into an Amazon SQS queue with a checksum, and answers at once; others work on them in their own time.',
  category: 'AWS',
  tags: ['sqs', 'queue', 'webhook', 'buffer', 'aws', 'load'],
  nodes: {
    call: {
      name: 'A call arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', status: 202, body: { queued: true } },
    },
    sum: {
      name: 'Checksum',
      type: 'data.crypto',
      parameters: { operation: 'hash', value: '{{ $toJson($json.body) }}', destination: 'checksum' },
    },
    put: {
      name: 'Into the queue',
      type: 'aws.sqs',
      parameters: {
        queueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/calls',
        message: {
          body: '{{ $json.body }}',
          checksum: '{{ $json.checksum }}',
          execution: '{{ $execution.id }}',
        },
      },
      retry: { maxAttempts: 5 },
    },
  },
  edges: ['call -> sum', 'sum -> put'],
  credentials: { put: { types: AWS, purpose: 'Sends to the queue.' } },
  values: { 'put.queueUrl': 'The address of the queue.' },
  sample: [{ body: { id: 7 } }],
});
