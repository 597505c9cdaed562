import { describe, expect, it } from 'vitest';
import { says, uses } from '../../../engine/nodes/fake-ai.ts';
import { answerWith, runTemplate } from '../template-world.ts';

describe('support triage', () => {
  const sorted = (category: string) => uses(['answer', { categories: [category] }]);

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
    const { slack } = await runTemplate('support-triage', { ai: [sorted('question'), says('By the menu.')] });
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
  const read = (total: number) =>
    runTemplate('invoice-extraction', {
      ai: [
        uses([
          'answer',
          { supplier: 'Paper Ltd', number: '2026-17', dueDate: '2026-04-01', net: 100, tax: 23, total },
        ]),
      ],
    });

  it('books what adds up', async () => {
    const { sql, slack } = await read(123);
    expect(sql[0]?.values).toEqual(['Paper Ltd', '2026-17', '2026-04-01', 123]);
    expect(slack).toEqual([]);
  });

  it('asks people about what does not', async () => {
    const { sql, slack } = await read(124);
    expect(sql).toEqual([]);
    expect(slack).toEqual(['Please check invoice 2026-17 of Paper Ltd: 100 + 23 is not 124.']);
  });
});

describe('the agent', () => {
  const orders = {
    'GET api.example.com/orders/7': { state: 'sent' },
    'POST api.example.com/orders/7/refund': { refunded: true },
  };

  it('looks an order up and answers', async () => {
    const { answered, calls } = await runTemplate('agent-with-tools', {
      ai: [uses(['readOrder', { id: '7' }]), says('On its way.')],
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
    expect(JSON.stringify(asked[1]?.messages)).toContain('I am Ada.');
  });
});

it('questions are answered from the document', async () => {
  const { answered, asked } = await runTemplate('document-questions', {
    ai: [says('Thirty (Holidays).')],
    http: {
      'GET docs.example.com/handbook.html': () => answerWith('<h1>Holidays</h1><p>30 days</p>', 'text/html'),
    },
  });
  expect(asked[0]?.system).toMatch(/# Holidays\s+30 days/);
  expect(JSON.stringify(asked[0]?.messages)).toContain('How many days of holiday are there?');
  expect(answered?.body).toEqual({ answer: 'Thirty (Holidays).' });
});

describe('reviews', () => {
  const moody = (mood: string) =>
    runTemplate('sentiment-routing', { ai: [uses(['answer', { categories: [mood] }])] });

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
    ai: [({ messages }) => says(JSON.stringify(messages).includes('French') ? 'Bonjour' : 'Bom dia')],
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
  const { aws, answered } = await runTemplate('image-generation', {
    aws: { PutObject: () => ({ ETag: '"1"' }) },
  });
  expect(aws[0]?.input).toMatchObject({ Bucket: 'pictures', Body: '1024x1024', ContentType: 'image/png' });
  expect(answered).toEqual({
    status: 201,
    body: { url: 'https://signed.example.com/pictures/a-heron-in-a-garden-exec_1.png' },
  });
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
      ai: [uses(['answer', { categories: [category] }])],
      http: { 'POST blog.example.com/comments/c7/publish': {}, 'POST blog.example.com/comments/c7/hide': {} },
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
    ai: [uses(['answer', { tasks }])],
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
  expect(JSON.stringify(asked[0]?.messages)).toContain('Rain\\nMore rain');
  expect(slack).toEqual(['It rains.']);
});

it('articles are stored with their vectors', async () => {
  const { sql } = await runTemplate('semantic-index', {
    http: { 'GET api.example.com/articles': [{ id: 1, title: 'Tea', text: 'Green.' }] },
  });
  expect(sql.map(({ values }) => values)).toEqual([[1, 'Tea', '[10,1]']]);
});
