import { z } from 'zod';
import type { Json, JsonObject } from '../item.ts';
import { defineChatNode, webhookOf } from './chat/chat-node.ts';
import { chunksOf } from './chunks.ts';
import { isObject } from './field-path.ts';
import { multipartBody } from './http/multipart.ts';
import { fileOf } from './item-file.ts';

const MAX_CHARACTERS = 2_000;
const MAX_EMBEDS = 10;
const MAX_FILES = 10;
/** Discord asks bots to say who they are in this form. */
const USER_AGENT = 'DiscordBot (https://github.com/stepwell, 1)';

export const discordSend = defineChatNode({
  type: 'discord.send',
  name: 'Discord',
  description: 'Sends a message to a channel, with the token of a bot or through a webhook.',
  icon: 'discord',
  credentialTypes: ['discord', 'webhookUrl'],
  says: ['text', 'embeds', 'files'],
  parameters: z.strictObject({
    channel: z
      .string()
      .regex(/^\d{0,20}$/, 'must be the id of a channel')
      .default('')
      .meta({ title: 'Channel', description: 'Its id. A webhook has its own.' }),
    text: z
      .string()
      .max(40_000)
      .default('')
      .meta({ title: 'Text', description: 'In Markdown; a long one becomes several messages.' }),
    embeds: z
      .array(z.record(z.string(), z.json()))
      .max(MAX_EMBEDS)
      .default([])
      .meta({ title: 'Embeds', description: 'As Discord’s API has them.' }),
    files: z
      .array(z.string().min(1).max(256))
      .max(MAX_FILES)
      .default([])
      .meta({ title: 'Files', description: 'Names of the item’s files.' }),
    threadId: z
      .string()
      .regex(/^\d{1,20}$/, 'must be the id of a thread')
      .optional()
      .meta({
        title: 'Thread',
        description: 'Of a webhook: the thread it goes to.',
        examples: ['1187654321098765432'],
      }),
    mentions: z.boolean().default(false).meta({
      title: 'Mentions',
      description: 'Lets @everyone, roles and users in the text be notified.',
    }),
  }),
  example: {
    parameters: { channel: '1200000000000000000', text: 'Order {{ $json.id }} has arrived.' },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { id: '1200000000000000001', channelId: '1200000000000000000' } }] },
  },
  messages: ({ parameters: given, items, files, ports }, credential) => {
    const isBot = credential.type === 'discord';
    const url = isBot
      ? `https://discord.com/api/v10/channels/${given.channel}/messages`
      : webhookAddress(webhookOf(credential), given.threadId);
    const chunks = chunksOf(given.text, MAX_CHARACTERS);
    return chunks.map((content, index) => {
      const isLast = index === chunks.length - 1;
      const payload: JsonObject = {
        content,
        ...(isLast && given.embeds.length > 0 && { embeds: given.embeds as Json }),
        ...(given.mentions ? {} : { allowed_mentions: { parse: [] } }),
      };
      const named = isLast ? given.files : [];
      const attached = named.map((name, place) => [`files[${place}]`, fileOf(items[0], name)] as const);
      const { mediaType, ...body } = multipartBody(
        [['payload_json', payload]],
        attached,
        files,
        `stepwell-${ports.random.id()}`,
      );
      return {
        url,
        authenticates: isBot,
        headers: { 'user-agent': USER_AGENT },
        sent: attached.length > 0 ? { body, mediaType } : { json: payload },
      };
    });
  },
  problem: ({ status, body }) => {
    if (status < 400) return null;
    const { code = status, message = '', errors = null } = isObject(body) ? body : {};
    return {
      code: `discord.${typeof code === 'number' && code > 0 ? code : status}`,
      message: `Discord refused the message: ${String(message) || `status ${status}`}.`,
      details: { status, errors },
    };
  },
  result: (body): JsonObject =>
    isObject(body) ? { id: body.id ?? null, channelId: body.channel_id ?? null } : {},
  retryAfter: (body) =>
    isObject(body) && typeof body.retry_after === 'number' ? Math.ceil(body.retry_after) : undefined,
});

/** `wait` makes Discord answer with the message, and with what is wrong. */
const webhookAddress = (written: string, threadId: string | undefined): string => {
  const url = new URL(written);
  url.searchParams.set('wait', 'true');
  if (threadId !== undefined) url.searchParams.set('thread_id', threadId);
  return url.href;
};
