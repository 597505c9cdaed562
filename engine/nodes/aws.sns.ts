import { z } from 'zod';
import { deduplicationId } from './aws.sqs.ts';
import { answerJson, defineAwsNode, missing, textOf } from './aws-node.ts';

export const awsSns = defineAwsNode({
  type: 'aws.sns',
  name: 'Amazon SNS',
  description: 'Publishes a message to a topic. Needs the permission sns:Publish.',
  icon: 'megaphone',
  service: 'sns',
  shape: {
    topicArn: z
      .string()
      .max(1_024)
      .default('')
      .meta({
        title: 'Topic',
        description: 'The ARN of the topic.',
        examples: ['arn:aws:sns:eu-central-1:123456789012:alerts'],
      }),
    subject: z
      .string()
      .max(100)
      .optional()
      .meta({ title: 'Subject', description: 'Of an e-mail.', examples: ['Order {{ $json.id }}'] }),
    message: z
      .json()
      .optional()
      .meta({
        title: 'Message',
        description: 'The item’s JSON when left out.',
        examples: ['Order {{ $json.id }} was paid.'],
      }),
    groupId: z
      .string()
      .max(128)
      .optional()
      .meta({
        title: 'Group',
        description: 'Of a FIFO topic, which keeps the order within a group.',
        examples: ['{{ $json.customerId }}'],
      }),
  },
  effect: () => 'write',
  check: (written) => missing(written, 'topicArn'),
  example: {
    parameters: { topicArn: 'arn:aws:sns:eu-central-1:123456789012:alerts', message: 'Order {{ $json.id }}' },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { MessageId: '94f20ce6-13c5-43a0-9a9e-ca52d816e90b' } }] },
  },
  perform: async ({ topicArn, subject, message, groupId }, { send, item, idempotencyKey }) => {
    const answer = await send('Publish', {
      TopicArn: topicArn,
      Subject: subject,
      Message: textOf(message ?? item.json),
      ...(groupId !== undefined && {
        MessageGroupId: groupId,
        MessageDeduplicationId: deduplicationId(idempotencyKey),
      }),
    });
    return [{ json: answerJson(answer) }];
  },
});
