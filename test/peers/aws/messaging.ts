import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../engine/item.ts';
import { type AwsService, actionOf, json, refusal, xml } from './service.ts';

/** SQS, in its JSON protocol: keeps what is sent to the queues there are, by name. */
export const sqs =
  (queues: ReadonlyMap<string, string[]>): AwsService =>
  (request) => {
    if (actionOf(request) !== 'SendMessage') return undefined;
    const { QueueUrl, MessageBody } = JSON.parse(request.body.toString()) as JsonObject;
    const queue = queues.get(String(QueueUrl).replace(/^.*\//, ''));
    if (!queue) return refusal('QueueDoesNotExist', 'The specified queue does not exist.');
    queue.push(String(MessageBody));
    const MD5OfMessageBody = createHash('md5').update(String(MessageBody)).digest('hex');
    return json({ MessageId: String(queue.length), MD5OfMessageBody });
  };

export interface PublishedMessage {
  readonly topic: string;
  readonly subject: string | null;
  readonly message: string | null;
}

/** SNS, in its query protocol. */
export const sns =
  (published: PublishedMessage[]): AwsService =>
  ({ body }) => {
    const form = new URLSearchParams(body.toString());
    if (form.get('Action') !== 'Publish') return undefined;
    published.push({
      topic: form.get('TopicArn') ?? '',
      subject: form.get('Subject'),
      message: form.get('Message'),
    });
    return xml(
      `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${published.length}</MessageId></PublishResult></PublishResponse>`,
    );
  };

/** EventBridge: keeps the entries it is given. */
export const eventBridge =
  (events: JsonObject[]): AwsService =>
  (request) => {
    if (actionOf(request) !== 'PutEvents') return undefined;
    const { Entries } = JSON.parse(request.body.toString()) as { readonly Entries: readonly JsonObject[] };
    events.push(...Entries);
    return json({ FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) });
  };

/** SES: hands on each message as it would be delivered. */
export const ses =
  (deliver: (message: Buffer) => Promise<void>): AwsService =>
  async ({ method, path, body }) => {
    if (`${method} ${path}` !== 'POST /v2/email/outbound-emails') return undefined;
    const { Content } = JSON.parse(body.toString()) as {
      readonly Content: { readonly Raw: { readonly Data: string } };
    };
    await deliver(Buffer.from(Content.Raw.Data, 'base64'));
    return json({ MessageId: 'ses-1' });
  };
