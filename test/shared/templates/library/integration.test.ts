import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Json } from '../../../../engine/item.ts';
import { aDefinition } from '../../../engine/engine-world.ts';
import { answerWith } from '../peers/web.ts';
import { runTemplate } from '../template-world.ts';

it('the fan-out tells who got the call and who did not', async () => {
  const { output, sentTo } = await runTemplate('webhook-fan-out', {
    http: {
      'POST a.example.com/hook': { ok: true },
      'POST b.example.com/hook': () => answerWith('no', 'text/plain', 404),
    },
  });
  expect(sentTo('POST a.example.com/hook')).toEqual([{ event: 'order.paid', id: 7 }]);
  expect(output).toEqual([
    {
      receivers: [
        { url: 'https://a.example.com/hook', ok: true },
        { url: 'https://b.example.com/hook', ok: false },
      ],
    },
  ]);
});

it('the sub-workflow runs for each order', async () => {
  const handler = aDefinition(
    {
      start: { type: 'trigger.workflow' },
      double: {
        type: 'data.set',
        parameters: { fields: [{ name: 'total', value: '{{ $json.total * 2 }}' }] },
      },
    },
    ['start -> double'],
  );
  const { output } = await runTemplate('sub-workflow-call', { workflows: { wf_1: handler } });
  expect(output).toEqual([{ handled: 2, total: 24 }]);
});

it('the loop pauses between its batches', async () => {
  const contacts = Array.from({ length: 25 }, (_, id) => ({ id, name: `N${id}` }));
  const updates = Object.fromEntries(
    contacts.map(({ id }) => [`PATCH crm.example.com/contacts/${id}`, { id }]),
  );
  const { output, calls, seconds } = await runTemplate('rate-limited-loop', {
    http: { 'GET api.example.com/contacts': contacts, ...updates },
  });
  expect(output).toEqual([{ updated: 25 }]);
  expect(calls).toHaveLength(26);
  expect(seconds).toBe(90);
});

it('only new entries go to Telegram, five at the most', async () => {
  const job = (id: number) => ({
    id,
    title: `Job ${id}`,
    url: `https://x/${id}`,
    publishedAt: `2026-01-0${id}`,
  });
  const { sentTo } = await runTemplate('new-entries-to-telegram', {
    before: [{ from: 'tick', items: [{}] }],
    http: { 'GET api.example.com/jobs': [1, 2, 3, 4, 5, 6].map(job) },
  });
  const sent = sentTo('POST api.telegram.org/bot1:bot/sendMessage');
  expect(sent).toHaveLength(5);
  expect(sent[0]).toMatchObject({ chat_id: '@your_channel', text: 'Job 6\nhttps://x/6' });
});

it('the RSS digest mails each article once', async () => {
  const item = (n: number) => `<item><title>T${n}</title><link>https://b/${n}</link></item>`;
  const feed = `<rss><channel><title>B</title>${item(1)}${item(2)}</channel></rss>`;
  const { mails } = await runTemplate('rss-digest', {
    before: [{ from: 'morning', items: [{}] }],
    http: { 'GET blog.example.com/feed.xml': () => answerWith(feed, 'application/rss+xml') },
  });
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({
    subject: '2 new articles',
    html: expect.stringContaining('<li><a href="https://b/2">T2</a></li>'),
  });
});

it('a call is put into the queue with its checksum', async () => {
  const { aws } = await runTemplate('queue-buffer', { aws: { queues: ['calls'] } });
  expect(aws.queue('calls').map((message) => JSON.parse(message))).toEqual([
    {
      body: { id: 7 },
      checksum: createHash('sha256').update('{"id":7}').digest('hex'),
      execution: 'exec_1',
    },
  ]);
});

it('XML orders are passed on as JSON', async () => {
  const { sentTo } = await runTemplate('xml-to-json', {
    http: { 'POST api.example.com/orders': { ok: true } },
  });
  expect(sentTo('POST api.example.com/orders')).toEqual([
    { number: '7', customer: 'Zoë', lines: [{ sku: 'A', count: 2 }] },
  ]);
});

it('a slow job is waited for', async () => {
  const states = ['running', 'running', 'ready'];
  const { slack, seconds } = await runTemplate('wait-for-job', {
    http: {
      'POST api.example.com/exports': { id: 7, status: 'running' },
      'GET api.example.com/exports/7': () => ({ id: 7, status: states.shift() ?? '', url: 'https://x/7' }),
    },
  });
  expect(slack).toEqual(['Export 7 is ready: https://x/7']);
  expect(seconds).toBe(90);
});

it('an event is published', async () => {
  const { aws } = await runTemplate('event-publishing');
  expect(aws.events).toMatchObject([
    { Source: 'partner.shop', DetailType: 'order.placed', Detail: '{"id":7}' },
  ]);
});

it('visits are counted page by page', async () => {
  const visit = { from: 'visit', items: [{ params: { page: 'home' } }] };
  const { answered } = await runTemplate('page-counter', { before: [visit, visit] });
  expect(answered).toEqual({ status: 200, body: { page: 'home', visits: 3 } });
});

it('what is forwarded can be checked by its signature', async () => {
  const { calls } = await runTemplate('signed-forwarding', {
    http: { 'POST customer.example.com/hook': {} },
  });
  const signature = createHmac('sha256', 'signing-key').update('{"id":7}').digest('hex');
  expect(calls[0]).toMatchObject({ body: { id: 7 }, headers: { 'x-signature': `sha256=${signature}` } });
});

it('a Lambda function gives the prices', async () => {
  const asked: Json[] = [];
  const { output } = await runTemplate('lambda-pricing', {
    aws: {
      functions: {
        'price-of': (payload) => {
          asked.push(payload);
          return { price: 60 };
        },
      },
    },
  });
  expect(asked[0]).toEqual({ sku: 'A', count: 2 });
  expect(output).toEqual([{ sum: 120, total: 108 }]);
});
