import { z } from 'zod';
import { answerJson, defineAwsNode, missing, textOf } from './aws-node.ts';

export const awsSqs = defineAwsNode({
  type: 'aws.sqs',
  name: 'Amazon SQS',
  description: 'Sends a message to a queue. Needs the permission sqs:SendMessage.',
  icon: 'inbox',
  service: 'sqs',
  shape: {
    queueUrl: z
      .string()
      .max(1_024)
      .default('')
      .meta({
        title: 'Queue',
        description: 'The URL of the queue.',
        examples: ['https://sqs.eu-central-1.amazonaws.com/123456789012/orders'],
      }),
    message: z
      .json()
      .optional()
      .meta({
        title: 'Message',
        description: 'The item’s JSON when left out.',
        examples: [{ id: '{{ $json.id }}' }],
      }),
    delaySeconds: z
      .int()
      .min(0)
      .max(900)
      .optional()
      .meta({ title: 'Delay', description: 'Seconds until it can be received.', examples: [60] }),
    groupId: z
      .string()
      .max(128)
      .optional()
      .meta({
        title: 'Group',
        description:
          'Of a FIFO queue, which keeps the order within a group. A repeated attempt is not delivered twice.',
        examples: ['{{ $json.customerId }}'],
      }),
  },
  effect: () => 'write',
  check: (written) => missing(written, 'queueUrl'),
  example: {
    parameters: {
      queueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/orders',
      message: { id: '{{ $json.id }}' },
    },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { MessageId: '5fea7756-0ea4-451a-a703-a558b933e274' } }] },
  },
  perform: async ({ queueUrl, message, delaySeconds, groupId }, { send, item, idempotencyKey }) => {
    const answer = await send('SendMessage', {
      QueueUrl: queueUrl,
      MessageBody: textOf(message ?? item.json),
      DelaySeconds: delaySeconds,
      ...(groupId !== undefined && {
        MessageGroupId: groupId,
        MessageDeduplicationId: deduplicationId(idempotencyKey),
      }),
    });
    return [{ json: answerJson(answer) }];
  },
});

/** SQS and SNS take 128 letters, digits and punctuation; what tells two node runs apart stands at the end of their keys. */
export const deduplicationId = (idempotencyKey: string): string => idempotencyKey.slice(-128);
