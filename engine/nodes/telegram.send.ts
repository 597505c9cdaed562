import { z } from 'zod';
import type { Json, JsonObject } from '../item.ts';
import { defineChatNode, type Message } from './chat/chat-node.ts';
import { chunksOf } from './chunks.ts';
import { isObject } from './field-path.ts';
import { multipartBody } from './http/multipart.ts';
import { fileOf } from './item-file.ts';

const MAX_CHARACTERS = 4_096;
const MAX_CAPTION_CHARACTERS = 1_024;
/** How a file is sent: the method and the field of Telegram's API. */
const FILE_KINDS = {
  document: ['sendDocument', 'document'],
  photo: ['sendPhoto', 'photo'],
  audio: ['sendAudio', 'audio'],
  video: ['sendVideo', 'video'],
} as const;

export const telegramSend = defineChatNode({
  type: 'telegram.send',
  name: 'Telegram',
  description: 'Sends a message or a file to a chat as a bot.',
  icon: 'telegram',
  credentialTypes: ['telegram'],
  says: ['text', 'file'],
  check: ({ chatId }) =>
    chatId === undefined || chatId === ''
      ? [{ pointer: '/chatId', message: 'must say which chat it goes to' }]
      : [],
  parameters: z.strictObject({
    chatId: z
      .union([z.string().max(64), z.number()])
      .default('')
      .meta({ title: 'Chat', description: 'Id of the chat, or @name of a channel.', examples: ['@orders'] }),
    text: z
      .string()
      .max(40_000)
      .default('')
      .meta({ title: 'Text', description: 'A long one becomes several messages.' }),
    format: z
      .enum(['plain', 'HTML', 'MarkdownV2'])
      .default('plain')
      .meta({ title: 'Format', description: 'How the text is written.' }),
    file: z
      .string()
      .max(256)
      .optional()
      .meta({
        title: 'File',
        description: 'Name of one of the item’s files, sent with the text.',
        examples: ['data'],
      }),
    fileKind: z
      .enum(Object.keys(FILE_KINDS) as [keyof typeof FILE_KINDS, ...(keyof typeof FILE_KINDS)[]])
      .default('document')
      .meta({ title: 'Kind of file', description: 'How the chat shows it.' }),
    threadId: z
      .int()
      .optional()
      .meta({ title: 'Topic', description: 'Of a forum: the topic it goes to.', examples: [7] }),
    replyTo: z
      .int()
      .optional()
      .meta({
        title: 'Reply to',
        description: 'Id of the message to answer.',
        examples: ['{{ $json.messageId }}'],
      }),
    silent: z
      .boolean()
      .default(false)
      .meta({ title: 'Without sound', description: 'Nobody’s device makes a noise.' }),
    buttons: z
      .record(z.string(), z.json())
      .optional()
      .meta({
        title: 'Buttons',
        description: 'The reply_markup of Telegram’s API.',
        examples: [{ inline_keyboard: [[{ text: 'Open', url: 'https://example.com/orders/7' }]] }],
      }),
  }),
  example: {
    parameters: { chatId: '@orders', text: 'Order {{ $json.id }} has arrived.' },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { messageId: 42, chatId: -1001234567890 } }] },
  },
  messages: ({ parameters: given, items, files, ports }, credential) => {
    const method = (name: string) => `https://api.telegram.org/bot${credential.data.token}/${name}`;
    const common: JsonObject = {
      chat_id: given.chatId,
      ...(given.format === 'plain' ? {} : { parse_mode: given.format }),
      ...(given.threadId !== undefined && { message_thread_id: given.threadId }),
      ...(given.replyTo !== undefined && { reply_parameters: { message_id: given.replyTo } }),
      ...(given.silent && { disable_notification: true }),
    };
    const buttons: JsonObject = given.buttons === undefined ? {} : { reply_markup: given.buttons as Json };
    const textMessages = (text: string, last: JsonObject): Message[] => {
      const chunks = chunksOf(text, MAX_CHARACTERS);
      return chunks.map((chunk, index) => ({
        url: method('sendMessage'),
        authenticates: false,
        sent: { json: { ...common, text: chunk, ...(index === chunks.length - 1 && last) } },
      }));
    };
    if (given.file === undefined) return textMessages(given.text, buttons);
    const [name, field] = FILE_KINDS[given.fileKind];
    const isCaption = given.text.length <= MAX_CAPTION_CHARACTERS;
    const fields = { ...common, ...buttons, ...(isCaption && given.text !== '' && { caption: given.text }) };
    const { mediaType, ...body } = multipartBody(
      Object.entries(fields),
      [[field, fileOf(items[0], given.file)]],
      files,
      `stepwell-${ports.random.id()}`,
    );
    const sending: Message = { url: method(name), authenticates: false, sent: { body, mediaType } };
    return isCaption ? [sending] : [...textMessages(given.text, {}), sending];
  },
  problem: ({ status, body }) => {
    if (isObject(body) && body.ok === true) return null;
    const { error_code: code = status, description = `status ${status}` } = isObject(body) ? body : {};
    return {
      code: `telegram.${typeof code === 'number' ? code : status}`,
      message: `Telegram refused the message: ${String(description)}.`,
      details: { status },
    };
  },
  result: (body) => {
    const sent = isObject(body) && isObject(body.result) ? body.result : {};
    return {
      messageId: sent.message_id ?? null,
      chatId: (isObject(sent.chat) ? sent.chat.id : null) ?? null,
    };
  },
  retryAfter: (body) =>
    isObject(body) && isObject(body.parameters) && typeof body.parameters.retry_after === 'number'
      ? body.parameters.retry_after
      : undefined,
});
