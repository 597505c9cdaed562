import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../engine/item.ts';
import type { CredentialData, HttpRequest } from '../../../../engine/ports.ts';
import { answering, checkNode, runNode } from '../run-node.ts';

const WEBHOOK = 'https://hooks.example.test/services/secret-part';
const CREDENTIALS: Readonly<Record<string, CredentialData>> = {
  slack: { token: 'xoxb-canary-token' },
  discord: { token: 'canary-token-of-the-bot' },
  telegram: { token: '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11' },
  bearer: { token: 'canary-graph-token' },
  webhookUrl: { url: WEBHOOK },
};

interface Setting {
  readonly status?: number;
  readonly answer?: unknown;
  readonly headers?: Record<string, string>;
  readonly files?: Parameters<typeof runNode>[0]['files'];
}

const send = (type: string, credential: string, parameters: JsonObject, setting: Setting = {}) => {
  const { status = 200, answer = {}, headers = { 'content-type': 'application/json' }, files } = setting;
  return runNode({
    type,
    parameters,
    credential: { type: credential, data: CREDENTIALS[credential] ?? {}, allowedHosts: ['example.test'] },
    answer: () => answering(status, typeof answer === 'string' ? answer : JSON.stringify(answer), headers),
    ...(files && { files }),
  });
};

const sentBy = (requests: readonly HttpRequest[]): unknown[] =>
  requests.map(({ body }) => JSON.parse(String(body)));

const streamed = async (request: HttpRequest | undefined): Promise<string> => {
  const body = request?.body;
  if (typeof body !== 'object' || body instanceof Uint8Array) throw new Error('The body is no stream.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of await body.open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('every chat', () => {
  it.each([
    ['slack.send', {}, ['/text']],
    ['slack.send', { blocks: [{ type: 'divider' }] }, []],
    ['discord.send', { text: '' }, ['/text']],
    ['discord.send', { files: ['data'] }, []],
    ['teams.send', {}, ['/text']],
    ['teams.send', { card: {} }, []],
    ['telegram.send', {}, ['/text', '/chatId']],
    ['telegram.send', { chatId: 7, file: 'data' }, []],
  ])('%s with %j asks for what is missing before it is run', (type, parameters, pointers) => {
    expect(checkNode(type, parameters).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it.each([
    ['slack.send', 'slack', { ok: true, channel: 'C1', ts: '1.2' }],
    ['slack.send', 'webhookUrl', 'ok'],
    ['discord.send', 'discord', { id: '1', channel_id: '2' }],
    ['discord.send', 'webhookUrl', { id: '1', channel_id: '2' }],
    ['teams.send', 'webhookUrl', '1'],
    ['teams.send', 'bearer', { id: '1' }],
    ['telegram.send', 'telegram', { ok: true, result: { message_id: 1, chat: { id: 2 } } }],
  ])(
    '%s with %s keeps to the hosts of its credential and repeats its key',
    async (type, credential, answer) => {
      const { requests, error } = await send(type, credential, { text: 'hello' }, { answer });
      expect(error).toBeUndefined();
      expect(requests).toHaveLength(1);
      expect(requests[0]?.allowedHosts).toEqual(['example.test']);
      expect(requests[0]?.headers['idempotency-key']).toMatch(/^exec_1\/node\//);
    },
  );

  it.each(['slack.send', 'discord.send', 'teams.send', 'telegram.send'])(
    '%s needs a credential',
    async (type) => {
      const { error } = await runNode({
        type,
        parameters: { text: 'hello' },
        answer: () => answering(200, '{}'),
      });
      expect(error?.code).toBe('credential.missing');
    },
  );

  it.each([
    ['slack.send', 'slack'],
    ['discord.send', 'discord'],
    ['teams.send', 'webhookUrl'],
    ['telegram.send', 'telegram'],
  ])('%s may be tried again when the service is busy', async (type, credential) => {
    const { error } = await send(type, credential, { text: 'hello' }, { status: 503, answer: 'busy' });
    expect(error).toMatchObject({ code: 'http.status', retryable: true, details: { status: 503 } });
  });

  it('sends no book', async () => {
    const lines = `${'x'.repeat(1_001)}\n`.repeat(39);
    const { error, requests } = await send('discord.send', 'discord', { text: lines });
    expect(error?.code).toBe('chat.tooLong');
    expect(requests).toEqual([]);
  });

  it('shows no secret address', async () => {
    const { error } = await send(
      'telegram.send',
      'telegram',
      { text: 'x' },
      { status: 404, answer: `no ${CREDENTIALS.telegram?.token}` },
    );
    expect(JSON.stringify(error)).not.toContain('ABC-DEF1234');
  });
});

describe('slack.send', () => {
  it('posts with a token, in a thread, with blocks', async () => {
    const blocks = [{ type: 'divider' }];
    const { requests, outputs } = await send(
      'slack.send',
      'slack',
      { channel: '#orders', text: 'hello', blocks, threadTs: '1.0' },
      { answer: { ok: true, channel: 'C1', ts: '1.2' } },
    );
    expect(requests[0]).toMatchObject({
      url: 'https://slack.com/api/chat.postMessage',
      headers: { authorization: 'Bearer xoxb-canary-token' },
    });
    expect(sentBy(requests)).toEqual([
      { text: 'hello', channel: '#orders', blocks, thread_ts: '1.0', unfurl_links: true },
    ]);
    expect(outputs.main).toEqual([{ channel: 'C1', ts: '1.2' }]);
  });

  it.each([
    [{ ok: false, error: 'channel_not_found' }, 200, 'slack.channel_not_found', false],
    [{ ok: false, error: 'ratelimited' }, 200, 'slack.ratelimited', true],
    [{ ok: false }, 200, 'slack.failed', false],
    ['invalid_token', 403, 'slack.invalid_token', false],
    ['<html>', 200, 'slack.failed', false],
  ])('fails for %j with %i', async (answer, status, code, retryable) => {
    const { error } = await send('slack.send', 'slack', { text: 'x' }, { answer, status });
    expect(error).toMatchObject({ code, retryable });
  });

  it('calls a webhook, which takes no channel', async () => {
    const { requests, outputs } = await send(
      'slack.send',
      'webhookUrl',
      { channel: '#a', text: 'hello' },
      { answer: 'ok' },
    );
    expect(requests[0]?.url).toBe(WEBHOOK);
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
    expect(sentBy(requests)).toEqual([{ text: 'hello', unfurl_links: true }]);
    expect(outputs.main).toEqual([{ ok: true }]);
  });

  it('waits as long as Slack says', async () => {
    const { error } = await send(
      'slack.send',
      'slack',
      { text: 'x' },
      { status: 429, headers: { 'retry-after': '30' } },
    );
    expect(error).toMatchObject({ retryable: true, retryAfter: 30 });
  });
});

describe('discord.send', () => {
  const answer = { id: '1', channel_id: '2' };

  it('posts as a bot and notifies nobody unless it is told to', async () => {
    const { requests, outputs } = await send(
      'discord.send',
      'discord',
      { channel: '42', text: 'hi @everyone' },
      { answer },
    );
    expect(requests[0]).toMatchObject({
      url: 'https://discord.com/api/v10/channels/42/messages',
      headers: {
        authorization: 'Bot canary-token-of-the-bot',
        'user-agent': expect.stringMatching(/^DiscordBot \(/),
      },
    });
    expect(sentBy(requests)).toEqual([{ content: 'hi @everyone', allowed_mentions: { parse: [] } }]);
    expect(outputs.main).toEqual([{ id: '1', channelId: '2' }]);
    const loud = await send('discord.send', 'discord', { text: 'hi', mentions: true }, { answer });
    expect(sentBy(loud.requests)).toEqual([{ content: 'hi' }]);
  });

  it('parts a long text, with embeds at its end', async () => {
    const embeds = [{ title: 'a' }];
    const { requests, outputs } = await send(
      'discord.send',
      'discord',
      { text: 'word '.repeat(900), embeds },
      { answer },
    );
    const sent = sentBy(requests) as { content: string; embeds?: unknown }[];
    expect(sent.map(({ content, embeds: with_ }) => [content.length <= 2_000, with_])).toEqual([
      [true, undefined],
      [true, undefined],
      [true, embeds],
    ]);
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(3);
    expect(outputs.main).toEqual([{ id: '1', channelId: '2', messages: 3 }]);
  });

  it('sends files', async () => {
    const { requests } = await send(
      'discord.send',
      'webhookUrl',
      { text: 'look', files: ['data'], threadId: '9' },
      { answer, files: { data: { content: 'a,b', fileName: 'a.csv', mediaType: 'text/csv' } } },
    );
    expect(requests[0]?.url).toBe(`${WEBHOOK}?wait=true&thread_id=9`);
    const body = await streamed(requests[0]);
    expect(body).toContain('name="payload_json"\r\nContent-Type: application/json\r\n\r\n{"content":"look"');
    expect(body).toContain('name="files[0]"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\na,b\r\n');
  });

  it('tells what Discord says, and waits as long as it says', async () => {
    const refused = await send(
      'discord.send',
      'discord',
      { text: 'x' },
      { status: 403, answer: { code: 50013, message: 'Missing Permissions' } },
    );
    expect(refused.error).toMatchObject({
      code: 'discord.50013',
      message: 'Discord refused the message: Missing Permissions.',
      retryable: false,
    });
    const busy = await send(
      'discord.send',
      'discord',
      { text: 'x' },
      { status: 429, answer: { retry_after: 1.3 } },
    );
    expect(busy.error).toMatchObject({ retryable: true, retryAfter: 2 });
  });
});

describe('telegram.send', () => {
  const answer = { ok: true, result: { message_id: 42, chat: { id: -100 } } };

  it('calls the bot’s own address', async () => {
    const { requests, outputs } = await send(
      'telegram.send',
      'telegram',
      { chatId: '@orders', text: '<b>hello</b>', format: 'HTML', replyTo: 7, silent: true },
      { answer },
    );
    expect(requests[0]?.url).toBe(`https://api.telegram.org/bot${CREDENTIALS.telegram?.token}/sendMessage`);
    expect(sentBy(requests)).toEqual([
      {
        chat_id: '@orders',
        parse_mode: 'HTML',
        reply_parameters: { message_id: 7 },
        disable_notification: true,
        text: '<b>hello</b>',
      },
    ]);
    expect(outputs.main).toEqual([{ messageId: 42, chatId: -100 }]);
  });

  it('sends a file with the text as its caption, or after a text that is too long for one', async () => {
    const files = { data: { content: 'x', fileName: 'a.png', mediaType: 'image/png' } };
    const parameters = { chatId: 1, text: 'look', file: 'data', fileKind: 'photo' };
    const short = await send('telegram.send', 'telegram', parameters, { answer, files });
    expect(short.requests[0]?.url).toMatch(/\/sendPhoto$/);
    const body = await streamed(short.requests[0]);
    expect(body).toContain('name="caption"\r\n\r\nlook\r\n');
    expect(body).toContain('name="photo"; filename="a.png"');
    const long = await send(
      'telegram.send',
      'telegram',
      { ...parameters, text: 'w '.repeat(1_000) },
      { answer, files },
    );
    expect(long.requests.map(({ url }) => url.split('/').at(-1))).toEqual(['sendMessage', 'sendPhoto']);
  });

  it('tells what Telegram says, and waits as long as it says', async () => {
    const refused = await send(
      'telegram.send',
      'telegram',
      { text: 'x' },
      {
        status: 400,
        answer: { ok: false, error_code: 400, description: 'Bad Request: chat not found' },
      },
    );
    expect(refused.error).toMatchObject({
      code: 'telegram.400',
      message: 'Telegram refused the message: Bad Request: chat not found.',
    });
    const busy = await send(
      'telegram.send',
      'telegram',
      { text: 'x' },
      {
        status: 429,
        answer: { ok: false, error_code: 429, parameters: { retry_after: 14 } },
      },
    );
    expect(busy.error).toMatchObject({ retryable: true, retryAfter: 14 });
  });
});

describe('teams.send', () => {
  it('sends an Adaptive Card to a webhook', async () => {
    const { requests } = await send(
      'teams.send',
      'webhookUrl',
      { title: 'Orders', text: '**hello**' },
      { status: 202, answer: '' },
    );
    expect(requests[0]?.url).toBe(WEBHOOK);
    expect(sentBy(requests)).toEqual([
      {
        type: 'message',
        attachments: [
          {
            contentType: 'application/vnd.microsoft.card.adaptive',
            content: expect.objectContaining({
              type: 'AdaptiveCard',
              body: [
                expect.objectContaining({ text: 'Orders', weight: 'Bolder' }),
                { type: 'TextBlock', text: '**hello**', wrap: true },
              ],
            }),
          },
        ],
      },
    ]);
  });

  it('sends a card of one’s own', async () => {
    const card = { type: 'AdaptiveCard', body: [] };
    const { requests } = await send('teams.send', 'webhookUrl', { card }, { answer: '1' });
    expect((sentBy(requests)[0] as { attachments: { content: unknown }[] }).attachments[0]?.content).toEqual(
      card,
    );
  });

  it('posts through Graph', async () => {
    const { requests, outputs } = await send(
      'teams.send',
      'bearer',
      { teamId: 'team-1', channelId: '19:abc@thread.tacv2', text: '<b>hello</b>' },
      { status: 201, answer: { id: '161' } },
    );
    expect(requests[0]).toMatchObject({
      url: 'https://graph.microsoft.com/v1.0/teams/team-1/channels/19:abc@thread.tacv2/messages',
      headers: { authorization: 'Bearer canary-graph-token' },
    });
    expect(sentBy(requests)).toEqual([{ body: { contentType: 'html', content: '<b>hello</b>' } }]);
    expect(outputs.main).toEqual([{ ok: true, id: '161' }]);
  });

  it.each([
    [
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
      true,
    ],
    [200, 'Summary or Text is required.', false],
    [403, { error: { code: 'Forbidden', message: 'Missing scope' } }, false],
  ])('fails for an answer of %i: %j', async (status, answer, retryable) => {
    const { error } = await send('teams.send', 'webhookUrl', { text: 'x' }, { status, answer });
    expect(error).toMatchObject({ code: 'teams.failed', retryable });
  });
});
