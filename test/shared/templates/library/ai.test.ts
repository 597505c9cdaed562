import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../engine/item.ts';
import { BEDROCK, OPEN_AI } from '../../ai/dialects.ts';
import { answers, says, usesTool } from '../peers/models.ts';
import { answerWith } from '../peers/web.ts';
import { runTemplate as run, type Setting } from '../template-world.ts';

const INVOICES =
  'CREATE TABLE invoices (supplier text, number text, due_date date, total numeric(12, 2), PRIMARY KEY (supplier, number))';

describe.each([BEDROCK, OPEN_AI])('with models of $provider', (dialect) => {
  const runTemplate = (id: string, setting: Setting = {}) => run(id, { ...setting, dialect });

  describe('support triage', () => {
    const sorted = (category: string) => answers({ categories: [category] });

    it('opens an issue for a bug', async () => {
      const { sentTo } = await runTemplate('support-triage', {
        ai: [sorted('bug')],
        http: { 'POST api.github.com/repos/owner/name/issues': { number: 7 } },
      });
      expect(sentTo('POST api.github.com/repos/owner/name/issues')).toEqual([
        { title: 'Export', body: 'How do I export my data?' },
      ]);
    });

    it('drafts a reply to a question', async () => {
      const { slack } = await runTemplate('support-triage', {
        ai: [sorted('question'), says('By the menu.')],
      });
      expect(slack).toEqual(['For ada@example.com:\nBy the menu.']);
    });

    it.each([
      ['billing', 'ada@example.com: How do I export my data?'],
      ['other', 'Please read: ada@example.com wrote “Export”'],
    ])('tells people of %s', async (category, text) => {
      expect((await runTemplate('support-triage', { ai: [sorted(category)] })).slack).toEqual([text]);
    });
  });

  describe('invoice extraction', () => {
    const invoice = {
      supplier: 'Paper Ltd',
      number: '2026-17',
      dueDate: '2026-04-01',
      net: 100,
      tax: 23,
      total: 123,
    };
    const read = async (
      changes: { readonly dueDate?: string | undefined; readonly total?: number },
      database = INVOICES,
    ) => {
      const { rows, slack } = await runTemplate('invoice-extraction', {
        ai: [answers(JSON.parse(JSON.stringify({ ...invoice, ...changes })))],
        database,
      });
      const booked = await rows('SELECT supplier, number, due_date::text, total FROM invoices');
      return { booked, slack };
    };
    const row = { supplier: 'Paper Ltd', number: '2026-17', due_date: '2026-04-01', total: '123.00' };

    it('books what adds up', async () => {
      expect(await read({})).toEqual({ booked: [row], slack: [] });
    });

    it('books nothing twice', async () => {
      const before = `${INVOICES}; INSERT INTO invoices VALUES ('Paper Ltd', '2026-17', NULL, 7)`;
      expect((await read({}, before)).booked).toEqual([{ ...row, due_date: null, total: '7.00' }]);
    });

    it.each(['', undefined])('books what names no due date: %j', async (dueDate) => {
      expect((await read({ dueDate })).booked).toEqual([{ ...row, due_date: null }]);
    });

    it('asks people about what does not', async () => {
      expect(await read({ total: 124 })).toEqual({
        booked: [],
        slack: ['Please check invoice 2026-17 of Paper Ltd: 100 + 23 is not 124.'],
      });
    });
  });

  describe('the agent', () => {
    const orders = {
      'GET api.example.com/orders/7': { state: 'sent' },
      'POST api.example.com/orders/7/refund': { refunded: true },
    };

    it('looks an order up and answers', async () => {
      const { answered, calls } = await runTemplate('agent-with-tools', {
        ai: [usesTool('readOrder', { id: '7' }), says('On its way.')],
        http: orders,
      });
      expect(calls.map(({ to }) => to)).toEqual(['GET api.example.com/orders/7']);
      expect(answered).toEqual({ status: 200, body: { answer: 'On its way.' } });
    });

    it('remembers what was said before', async () => {
      const { asked } = await runTemplate('agent-with-tools', {
        before: [{ from: 'question', items: [{ body: { customer: 'c-7', question: 'I am Ada.' } }] }],
        ai: [says('Hello Ada.'), says('Ada.')],
      });
      expect(asked[1]?.messages).toContain('I am Ada.');
    });
  });

  it('questions are answered from the document', async () => {
    const { answered, asked } = await runTemplate('document-questions', {
      ai: [says('Thirty (Holidays).')],
      http: {
        'GET docs.example.com/handbook.html': () =>
          answerWith('<h1>Holidays</h1><p>30 days</p>', 'text/html'),
      },
    });
    expect(asked[0]?.system).toMatch(/# Holidays\s+30 days/);
    expect(asked[0]?.messages).toContain('How many days of holiday are there?');
    expect(answered?.body).toEqual({ answer: 'Thirty (Holidays).' });
  });

  describe('reviews', () => {
    const moody = (mood: string) =>
      runTemplate('sentiment-routing', { ai: [answers({ categories: [mood] })] });

    it('that are angry go to the lead', async () => {
      const { mails, slack } = await moody('angry');
      expect(mails).toMatchObject([{ to: 'support-lead@example.com', text: 'It broke on the first day.' }]);
      expect(slack).toEqual([]);
    });

    it('that are happy are shared, and all are counted', async () => {
      const { mails, slack, output } = await moody('happy');
      expect(mails).toEqual([]);
      expect(slack).toEqual(['“It broke on the first day.” (Ada)']);
      expect(output).toContainEqual(expect.objectContaining({ key: 'happy', value: { count: 1 } }));
    });
  });

  it('a text is translated into each language', async () => {
    const { output } = await runTemplate('translation', {
      ai: [says((asked) => (asked.includes('French') ? 'Bonjour' : 'Bom dia'))],
    });
    expect(output).toEqual([
      {
        translations: [
          { language: 'French', text: 'Bonjour' },
          { language: 'Portuguese', text: 'Bom dia' },
        ],
      },
    ]);
  });

  it('a picture is made, kept, and linked to', async () => {
    const { aws, answered } = await runTemplate('image-generation', { aws: { buckets: { pictures: {} } } });
    expect(aws.keys('pictures')).toEqual(['a-heron-in-a-garden-exec_1.png']);
    expect(answered).toEqual({ status: 201, body: { url: expect.stringMatching(/X-Amz-Expires=86400&/) } });
    const followed = await fetch((answered?.body as JsonObject | undefined)?.url as string);
    expect(followed.headers.get('content-type')).toBe('image/png');
    expect(await followed.text()).toBe('1024x1024');
  });

  it('a recording is written down and summed up', async () => {
    const { mails } = await runTemplate('speech-transcription', {
      ai: [says('Ada wants tea.')],
      http: { 'GET calls.example.com/7.mp3': () => answerWith('Hello, I would like tea.', 'audio/mpeg') },
    });
    expect(mails).toMatchObject([
      { subject: 'A call by Ada', text: 'Ada wants tea.\n\nHello, I would like tea.' },
    ]);
  });

  describe('comments', () => {
    const judged = (category: string) =>
      runTemplate('content-moderation', {
        ai: [answers({ categories: [category] })],
        http: {
          'POST blog.example.com/comments/c7/publish': {},
          'POST blog.example.com/comments/c7/hide': {},
        },
      });

    it.each([
      ['spam', 'POST blog.example.com/comments/c7/hide'],
      ['abuse', 'POST blog.example.com/comments/c7/hide'],
      ['harmless', 'POST blog.example.com/comments/c7/publish'],
    ])('that are %s lead to %s', async (category, to) => {
      expect((await judged(category)).calls.map((call) => call.to)).toEqual([to]);
    });

    it('that are in doubt wait for people', async () => {
      expect((await judged('other')).output).toMatchObject([
        { key: 'c7', value: { text: 'Buy cheap watches!' } },
      ]);
    });
  });

  it('tasks are made of what was promised', async () => {
    const tasks = [
      { title: 'Send the offer', person: 'Ada', due: '2026-03-06' },
      { title: 'Order cups', person: 'Bob', due: '' },
    ];
    const { sentTo } = await runTemplate('meeting-tasks', {
      ai: [answers({ tasks })],
      http: { 'POST tasks.example.com/api/tasks': { id: 1 } },
    });
    expect(sentTo('POST tasks.example.com/api/tasks')).toMatchObject([
      { title: 'Send the offer', assignee: 'Ada', due: '2026-03-06' },
      { title: 'Order cups', assignee: 'Bob' },
    ]);
  });

  describe('a drafted reply', () => {
    const decided = (choice: string) =>
      runTemplate('ai-reply-with-approval', { ai: [says('Tomorrow.')], answers: [{ choice }] });

    it('is sent when it is approved', async () => {
      expect((await decided('approve')).mails).toMatchObject([
        { to: 'ada@example.com', subject: 'Re: My order', text: 'Tomorrow.' },
      ]);
    });

    it('is not sent when it is rejected', async () => {
      const { mails, slack } = await decided('reject');
      expect(mails).toEqual([]);
      expect(slack.at(-1)).toBe('Please write to ada@example.com yourselves.');
    });
  });

  it('the news of the day are summed up', async () => {
    const { slack, asked } = await runTemplate('news-summary', {
      ai: [says('It rains.')],
      http: { 'GET news.example.com/': () => answerWith('<h2>Rain</h2><h2>More rain</h2>', 'text/html') },
    });
    expect(asked[0]?.messages).toContain('Rain\\nMore rain');
    expect(slack).toEqual(['It rains.']);
  });

  it('articles are stored with their vectors, and again when they have changed', async () => {
    const texts = ['Green.', 'Black as the night.'];
    const night = { from: 'night', items: [{}] };
    const { rows } = await runTemplate('semantic-index', {
      before: [night],
      http: { 'GET api.example.com/articles': () => [{ id: 1, title: 'Tea', text: texts.shift() ?? '' }] },
      database:
        'CREATE EXTENSION vector; CREATE TABLE articles (id int PRIMARY KEY, title text, embedding vector(2))',
    });
    const near = await rows("SELECT id, title, embedding <-> '[23,1]' AS distance FROM articles");
    expect(near).toEqual([{ id: 1, title: 'Tea', distance: 0 }]);
  });
});
