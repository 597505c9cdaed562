import { z } from 'zod';
import type { Json, JsonObject } from '../item.ts';
import { defineChatNode, webhookOf } from './chat/chat-node.ts';
import { chunksOf } from './chunks.ts';
import { isObject } from './field-path.ts';

/** Slack cuts a text off there. */
const MAX_CHARACTERS = 40_000;
const MAX_BLOCKS = 50;
/** Errors that are for now. */
const PASSING: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'service_unavailable',
  'internal_error',
  'fatal_error',
  'request_timeout',
  'rollup_error',
]);

export const slackSend = defineChatNode({
  type: 'slack.send',
  name: 'Slack',
  description: 'Sends a message to a channel, with the token of a Slack app or through an incoming webhook.',
  icon: 'slack',
  credentialTypes: ['slack', 'webhookUrl'],
  says: ['text', 'blocks'],
  parameters: z.strictObject({
    channel: z
      .string()
      .max(256)
      .default('')
      .meta({
        title: 'Channel',
        description: 'Id or name of a channel, or id of a user. A webhook has its own.',
        examples: ['C0123456789', '#orders'],
      }),
    text: z
      .string()
      .max(400_000)
      .default('')
      .meta({
        title: 'Text',
        description: 'In Slack’s markup. With blocks it is what notifications show.',
        examples: ['*Order {{ $json.id }}* has arrived.'],
      }),
    blocks: z
      .array(z.record(z.string(), z.json()))
      .max(MAX_BLOCKS)
      .default([])
      .meta({ title: 'Blocks', description: 'As Block Kit has them.' }),
    threadTs: z
      .string()
      .max(64)
      .optional()
      .meta({
        title: 'Thread',
        description: 'The ts of the message to answer.',
        examples: ['{{ $json.ts }}'],
      }),
    unfurlLinks: z.boolean().default(true).meta({
      title: 'Show previews of links',
      description: 'Slack shows what stands behind the links of the text.',
    }),
  }),
  example: {
    parameters: { channel: '#orders', text: 'Order {{ $json.id }} has arrived.' },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { channel: 'C0123456789', ts: '1767603600.000100' } }] },
  },
  messages: ({ parameters: given }, credential) => {
    const isToken = credential.type === 'slack';
    return chunksOf(given.text, MAX_CHARACTERS).map((text, index) => ({
      url: isToken ? 'https://slack.com/api/chat.postMessage' : webhookOf(credential),
      authenticates: isToken,
      sent: {
        json: {
          text,
          ...(isToken && { channel: given.channel }),
          ...(index === 0 && given.blocks.length > 0 && { blocks: given.blocks as Json }),
          ...(given.threadTs !== undefined && { thread_ts: given.threadTs }),
          unfurl_links: given.unfurlLinks,
        },
      },
    }));
  },
  // Tokens get JSON with `ok`, also for what failed; webhooks get a word.
  problem: ({ status, body }) => {
    const said = isObject(body) ? (body.ok === true ? null : body.error) : body === 'ok' ? null : body;
    if (said === null && status < 400) return null;
    const error = typeof said === 'string' && /^\w{1,64}$/.test(said) ? said : 'failed';
    const about = isObject(body) && isObject(body.response_metadata) ? body.response_metadata.messages : null;
    return {
      code: `slack.${error}`,
      message: `Slack refused the message: ${error}.`,
      retryable: PASSING.has(error),
      details: { status, messages: about ?? null },
    };
  },
  result: (body): JsonObject =>
    isObject(body) ? { channel: body.channel ?? null, ts: body.ts ?? null } : { ok: true },
});
