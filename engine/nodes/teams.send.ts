import { z } from 'zod';
import type { Json, JsonObject } from '../item.ts';
import { defineChatNode, type Message, webhookOf } from './chat/chat-node.ts';
import { chunksOf } from './chunks.ts';
import { isObject } from './field-path.ts';

/** A message is 28 KB with all that is around it, and a character may be 4 bytes. */
const MAX_CHARACTERS = 6_000;
const GUID = /^[\w:@.-]{1,256}$/;

export const teamsSend = defineChatNode({
  type: 'teams.send',
  name: 'Microsoft Teams',
  description:
    'Sends a message to a channel: through a webhook of Teams or its Workflows, or as a user with a token for Microsoft Graph.',
  icon: 'teams',
  credentialTypes: ['webhookUrl', 'bearer', 'oauth2AuthorizationCode'],
  says: ['text', 'card'],
  parameters: z.strictObject({
    text: z
      .string()
      .max(100_000)
      .default('')
      .meta({ title: 'Text', description: 'In Markdown for webhooks, in HTML for Graph.' }),
    title: z
      .string()
      .max(1_000)
      .optional()
      .meta({ title: 'Title', description: 'Stands above the text, larger.', examples: ['New order'] }),
    card: z
      .record(z.string(), z.json())
      .optional()
      .meta({
        title: 'Card',
        description: 'An Adaptive Card in place of title and text; webhooks only.',
        examples: [
          { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: '{{ $json.text }}' }] },
        ],
      }),
    teamId: z
      .string()
      .max(256)
      .refine((id) => id === '' || GUID.test(id), 'must be the id of a team')
      .default('')
      .meta({ title: 'Team', description: 'Its id; Graph only.' }),
    channelId: z
      .string()
      .max(256)
      .refine((id) => id === '' || GUID.test(id), 'must be the id of a channel')
      .default('')
      .meta({ title: 'Channel', description: 'Its id; Graph only.' }),
  }),
  example: {
    parameters: { title: 'Orders', text: 'Order {{ $json.id }} has arrived.' },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { ok: true } }] },
  },
  messages: ({ parameters: given }, credential) => {
    const chunks = chunksOf(given.text, MAX_CHARACTERS);
    const titleOf = (index: number) => (index === 0 ? given.title : undefined);
    if (credential.type !== 'webhookUrl')
      return chunks.map(
        (text, index): Message => ({
          url: `https://graph.microsoft.com/v1.0/teams/${given.teamId}/channels/${given.channelId}/messages`,
          authenticates: true,
          sent: {
            json: {
              ...(titleOf(index) === undefined ? {} : { subject: titleOf(index) ?? '' }),
              body: { contentType: 'html', content: text },
            },
          },
        }),
      );
    const cards = given.card
      ? [given.card as JsonObject]
      : chunks.map((text, index) => cardOf(text, titleOf(index)));
    return cards.map((card) => ({
      url: webhookOf(credential),
      authenticates: false,
      sent: { json: cardMessage(card) },
    }));
  },
  // The older webhooks answer 200 with "1", or with a text that tells what went wrong.
  problem: ({ status, body }) => {
    const isFine = status < 400 && (isObject(body) || body === 1 || body === '' || body === true);
    if (isFine) return null;
    const said = isObject(body) && isObject(body.error) ? body.error : null;
    const text = said ? String(said.message) : typeof body === 'string' ? body : `status ${status}`;
    return {
      code: 'teams.failed',
      message: `Teams refused the message: ${text.slice(0, 300)}.`,
      retryable: /\b429\b|too many requests/i.test(text),
      details: { status, error: said?.code ?? null },
    };
  },
  result: (body): JsonObject =>
    isObject(body) && body.id !== undefined ? { ok: true, id: body.id } : { ok: true },
});

const cardOf = (text: string, title: string | undefined): JsonObject => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.4',
  body: [
    ...(title === undefined
      ? []
      : [{ type: 'TextBlock', text: title, weight: 'Bolder', size: 'Medium', wrap: true }]),
    { type: 'TextBlock', text, wrap: true },
  ],
});

const cardMessage = (card: Json): JsonObject => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
});
