import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { JsonObject } from '../item.ts';
import type { MailMessage, MailServer } from '../mail-port.ts';
import type { CredentialData } from '../ports.ts';
import { defineNode, type NodeCall } from './define-node.ts';
import { addressList, domainOf, oneAddress } from './email/addresses.ts';
import { fileOf } from './item-file.ts';

/** All attachments of a message together. They grow by a third on the wire, and few servers take more than 40 MB. */
const MAX_ATTACHED_BYTES = 25 * 1024 * 1024;
const LINE = /^[^\r\n]*$/;

const parameters = z.strictObject({
  from: oneAddress.meta({
    title: 'From',
    description: 'An address the server or SES lets you send from.',
    examples: ['Shop <orders@example.com>'],
  }),
  to: addressList.meta({ title: 'To', description: 'An address, several with commas between, or a list.' }),
  cc: addressList.meta({ title: 'Cc', description: 'Who gets a copy that all can see.' }),
  bcc: addressList.meta({ title: 'Bcc', description: 'Who gets a copy that nobody sees.' }),
  replyTo: addressList.meta({ title: 'Reply to', description: 'Where answers go, if not to the sender.' }),
  subject: z
    .string()
    .max(998)
    .regex(LINE, 'must be one line')
    .default('')
    .meta({ title: 'Subject', description: 'One line.' }),
  text: z
    .string()
    .max(1_000_000)
    .optional()
    .meta({
      title: 'Text',
      description: 'The plain text; with HTML as well, both are sent.',
      examples: ['Thank you for your order {{ $json.id }}.'],
    }),
  html: z
    .string()
    .max(1_000_000)
    .optional()
    .meta({
      title: 'HTML',
      description: 'Beside the text, or in its place.',
      format: 'html',
      examples: ['<p>Thank you for your order {{ $json.id }}.</p>'],
    }),
  attachments: z
    .array(z.string().min(1).max(256))
    .max(50)
    .default([])
    .meta({ title: 'Attachments', description: 'Names of the item’s files.', examples: [['data']] }),
  headers: z
    .record(z.string().regex(/^[!-9;-~]{1,128}$/, 'must be a header’s name'), z.string().max(998).regex(LINE))
    .default({})
    .meta({
      title: 'Headers',
      description: 'Sent beside those that every e-mail has.',
      examples: [{ 'List-Unsubscribe': '<https://example.com/unsubscribe>' }],
    }),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
    .optional()
    .meta({
      title: 'Region',
      description: 'Of SES; the credential’s or the deployment’s when left out.',
      examples: ['eu-central-1'],
    }),
  timeoutSeconds: z
    .number()
    .positive()
    .max(300)
    .default(30)
    .meta({ title: 'Timeout', description: 'Seconds for the whole exchange with the server.' }),
});
type Parameters = z.output<typeof parameters>;

export const emailSend = defineNode({
  type: 'email.send',
  name: 'Send e-mail',
  description:
    'Sends an e-mail for each item: through the server of an SMTP credential, or through Amazon SES with an AWS credential or the deployment’s role. SES asks for the permissions ses:SendEmail and ses:SendRawEmail.',
  category: 'Messages',
  icon: 'mail',
  mode: 'perItem',
  concurrency: 5,
  effect: 'write',
  credentialTypes: ['smtp', 'aws'],
  parameters,
  check: ({ from, to, cc, bcc }) => [
    ...(isWritten(from) ? [] : [{ pointer: '/from', message: 'is needed' }]),
    ...([to, cc, bcc].some(isWritten) ? [] : [{ pointer: '/to', message: 'somebody must receive it' }]),
  ],
  example: {
    parameters: {
      from: 'Shop <orders@example.com>',
      to: '{{ $json.email }}',
      subject: 'Your order {{ $json.id }}',
      text: 'Thank you!',
    },
    input: [{ json: { id: 7, email: 'ada@example.com' } }],
    output: {
      main: [
        {
          json: {
            messageId: '<exec_1.node.node.0@example.com>',
            accepted: ['ada@example.com'],
            rejected: [],
            response: '250 OK: message queued',
          },
        },
      ],
    },
  },
  execute: async (call) => {
    const message = messageOf(call);
    const credential = await call.credential();
    const json =
      credential?.type === 'smtp'
        ? await bySmtp(call, message, credential.data)
        : await bySes(call, message, credential);
    return { outputs: { main: [{ json }] } };
  },
});

const isWritten = (value: unknown): boolean => value !== undefined && value !== '' && !isEmpty(value);
const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const messageOf = ({
  parameters: given,
  items,
  files,
  idempotencyKey,
  ports,
}: NodeCall<Parameters>): MailMessage => {
  const { from, to, cc, bcc, replyTo, subject, text, html, headers } = given;
  if (to.length + cc.length + bcc.length === 0)
    throw new NodeError('email.noRecipient', 'The e-mail has nobody to go to.');
  const attached = given.attachments.map((name) => ({ name, file: fileOf(items[0], name) }));
  const size = attached.reduce((sum, { file }) => sum + file.size, 0);
  if (size > MAX_ATTACHED_BYTES)
    throw new NodeError(
      'email.tooLarge',
      `The attachments have ${size} bytes together, and ${MAX_ATTACHED_BYTES} are allowed.`,
    );
  return {
    from,
    to,
    cc,
    bcc,
    replyTo,
    subject,
    text: text ?? (html === undefined ? '' : undefined),
    html,
    headers,
    messageId: `<${idempotencyKey.replaceAll(/[^\w.-]+/g, '.')}@${domainOf(from)}>`,
    date: ports.clock.now(),
    attachments: attached.map(({ name, file }) => ({
      fileName: file.fileName ?? name,
      mediaType: file.mediaType,
      open: () => files.open(file),
    })),
  };
};

const bySmtp = async (
  { ports, signal, parameters: { timeoutSeconds } }: NodeCall<Parameters>,
  message: MailMessage,
  data: CredentialData,
): Promise<JsonObject> => {
  const server = serverSchema.parse(data);
  const sent = await ports.mail.send(message, server, {
    timeoutMilliseconds: timeoutSeconds * 1_000,
    signal,
  });
  const { accepted, rejected, response } = sent;
  return { messageId: message.messageId, accepted, rejected, response };
};

const serverSchema: z.ZodType<MailServer> = z.object({
  host: z.string(),
  port: z.number(),
  security: z.enum(['starttls', 'tls', 'off']),
  username: z.string().optional(),
  password: z.string().optional(),
}) as unknown as z.ZodType<MailServer>;

const bySes = async (
  { ports, signal, parameters: { region } }: NodeCall<Parameters>,
  message: MailMessage,
  credential: Awaited<ReturnType<NodeCall<Parameters>['credential']>>,
): Promise<JsonObject> => {
  const send = ports.aws.send({
    service: 'ses',
    operation: 'SendEmail',
    credential,
    region,
    signal,
    input: {
      FromEmailAddress: message.from,
      Destination: { ToAddresses: message.to, CcAddresses: message.cc, BccAddresses: message.bcc },
      Content: { Raw: { Data: await ports.mail.compose(message) } },
    },
  });
  const answer = await send.catch((thrown: unknown) => {
    if (!(thrown instanceof NodeError) || thrown.code !== 'aws.noIdentity') throw thrown;
    const message = 'The node needs an SMTP or AWS credential: this deployment has no role for nodes.';
    throw new NodeError('email.noCredential', message, { cause: thrown });
  });
  const accepted = [...message.to, ...message.cc, ...message.bcc];
  return { messageId: String(answer.MessageId), accepted, rejected: [], response: 'sent by SES' };
};
