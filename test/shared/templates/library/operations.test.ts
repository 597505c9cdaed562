import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { answerWith } from '../peers/web.ts';
import { runTemplate } from '../template-world.ts';

it('github to slack tells of an issue', async () => {
  const { slack } = await runTemplate('github-to-slack');
  expect(slack).toEqual(['ada opened an issue in a/b: <https://github.com/a/b/issues/7|It rains>']);
});

it('the error notification tells what failed and why', async () => {
  expect((await runTemplate('error-notification')).slack).toEqual([
    '*Orders* failed: The server answered 503. (execution exec_1)',
  ]);
});

it('the daily report mails the sums of yesterday by country', async () => {
  const orders = [
    { country: 'PT', total: 5 },
    { country: 'DE', total: 90 },
    { country: 'PT', total: 7 },
  ];
  const { mails, calls } = await runTemplate('daily-report', {
    http: { 'GET api.example.com/orders': orders },
  });
  expect(calls[0]?.query).toBe('?day=2026-03-01');
  expect(mails).toMatchObject([{ to: 'team@example.com', subject: 'Orders of 2026-03-01' }]);
  expect(mails[0]?.html).toContain(
    '<tr><td>DE</td><td>1</td><td>90</td></tr><tr><td>PT</td><td>2</td><td>12</td></tr>',
  );
});

describe('approval by mail', () => {
  it.each([
    ['approve', 'Approved: A chair'],
    ['reject', 'Not approved: A chair'],
  ])('asks, waits for "%s" and tells the applicant', async (choice, subject) => {
    const answers = [{ choice, fields: { comment: 'Fine.' } }];
    const { mails } = await runTemplate('approval-by-mail', { answers });
    expect(mails.map((mail) => mail.to)).toEqual(['manager@example.com', 'ada@example.com']);
    expect(mails[1]).toMatchObject({ subject, text: expect.stringContaining('Fine.') });
  });

  it('rejects when nobody answers for three days', async () => {
    const { mails, seconds } = await runTemplate('approval-by-mail');
    expect(mails[1]?.subject).toBe('Not approved: A chair');
    expect(seconds).toBe(3 * 86_400);
  });
});

describe('the retry queue', () => {
  const tried = (reply: () => never) =>
    runTemplate('retry-queue', {
      from: 'tick',
      before: [{ from: 'job', items: [{ body: { id: 'job-7', order: 7 } }] }],
      http: { 'POST api.example.com/jobs': reply },
    });

  it('sends what is in it and takes it out', async () => {
    const { sentTo, output } = await tried(() => ({ ok: true }) as never);
    expect(sentTo('POST api.example.com/jobs')).toEqual([{ id: 'job-7', order: 7 }]);
    expect(output).toEqual([{ key: 'job-7', deleted: true }]);
  });

  it('counts what failed and keeps it, and gives it up after five times', async () => {
    const { slack, sentTo } = await runTemplate('retry-queue', {
      from: 'tick',
      before: [
        { from: 'job', items: [{ body: { id: 'job-7', order: 7 } }] },
        ...[1, 2, 3, 4].map(() => ({ from: 'tick', items: [{}] })),
      ],
      http: { 'POST api.example.com/jobs': () => answerWith('no', 'text/plain', 422) },
    });
    expect(sentTo('POST api.example.com/jobs')).toHaveLength(5);
    expect(slack).toEqual([expect.stringMatching(/^Job job-7 was given up after five attempts: .*422/)]);
  });
});

it('github to slack shows a title as it is, whatever signs are in it', async () => {
  const issue = {
    title: 'a < b & c > d',
    html_url: 'https://github.com/a/b/issues/8',
    user: { login: 'ada' },
  };
  const input = [{ body: { action: 'opened', issue, repository: { full_name: 'a/b' } } }];
  const { slack } = await runTemplate('github-to-slack', { input });
  expect(slack).toEqual([expect.stringContaining('|a &lt; b &amp; c &gt; d>')]);
});

it('the uptime check tells when what was down is up again, once', async () => {
  let calls = 0;
  const { slack } = await runTemplate('uptime-check', {
    before: [
      { from: 'tick', items: [{}] },
      { from: 'tick', items: [{}] },
    ],
    http: {
      'GET www.example.com/': () => answerWith('<p>', 'text/html'),
      'GET shop.example.com/': () => {
        calls += 1;
        return answerWith('<p>', 'text/html', calls <= 2 ? 500 : 200);
      },
    },
  });
  expect(slack).toEqual([expect.stringContaining('is down'), 'https://shop.example.com/ is up again.']);
});

it('the uptime check tells once what is down, and says why', async () => {
  const { slack } = await runTemplate('uptime-check', {
    before: [{ from: 'tick', items: [{}] }],
    http: {
      'GET www.example.com/': () => answerWith('<p>', 'text/html'),
      'GET shop.example.com/': () => answerWith('broken', 'text/html', 500),
    },
  });
  expect(slack).toEqual([expect.stringMatching(/^https:\/\/shop\.example\.com\/ is down: .*500/)]);
});

describe('the escalation', () => {
  it('ends when somebody takes the alert', async () => {
    const world = await runTemplate('on-call-escalation', { answers: [{ choice: 'approve' }] });
    expect(world.slack).toEqual([
      expect.stringContaining('high: The shop is slow. Take it: https://hooks.test/'),
      'Taken: The shop is slow',
    ]);
    expect(world.aws.published).toEqual([]);
  });

  it('pages the next level when nobody does for fifteen minutes', async () => {
    const world = await runTemplate('on-call-escalation');
    expect(world.aws.published).toEqual([
      {
        topic: 'arn:aws:sns:eu-central-1:123456789012:second-level',
        subject: 'Nobody took an alert',
        message: 'high: The shop is slow',
      },
    ]);
    expect(world.seconds).toBe(15 * 60);
  });
});

it('the weekly digest mails who closed what', async () => {
  const issue = (login: string, title: string) => ({ title, user: { login } });
  const { mails, calls } = await runTemplate('weekly-digest', {
    http: {
      'GET api.github.com/repos/owner/name/issues': [
        issue('ada', 'Rain'),
        issue('bob', 'Sun'),
        issue('ada', 'Snow'),
      ],
    },
  });
  expect(calls[0]?.query).toContain('since=2026-02-27T16:00:00');
  expect(mails[0]?.html).toContain('<strong>ada</strong> (2): Rain; Snow');
});

it.each(['smtp', 'aws'])('the SQL report goes out as a workbook, by way of %s', async (mail) => {
  const { mails } = await runTemplate('sql-report', {
    credentials: { mail },
    database: `CREATE TABLE sales (product text, amount int, sold_at timestamp);
      INSERT INTO sales VALUES ('Cups', 1, '2026-01-04'), ('Tea', 2, '2025-12-29'), ('Tea', 3, '2026-01-05 08:00'),
        ('Tea', 99, '2025-12-28 23:59')`,
  });
  expect(mails).toMatchObject([
    { to: 'team@example.com', subject: 'Sales until 2026-01-05', attachments: [{ fileName: 'sales.xlsx' }] },
  ]);
  const { bytes = Buffer.of() } = mails[0]?.attachments[0] ?? {};
  expect(await readSheet(bytes, 'Sales')).toEqual([
    ['product', 'amount'],
    ['Tea', 5],
    ['Cups', 1],
  ]);
});

it('an alarm of CloudWatch is told to Teams', async () => {
  const { sentTo } = await runTemplate('cloud-alarm-to-teams');
  expect(JSON.stringify(sentTo('POST teams.example.com/hook'))).toMatch(/ALARM: Queue is long.*1 datapoint/);
});

it('a release is announced', async () => {
  const { sentTo } = await runTemplate('release-to-discord');
  expect(sentTo('POST discord.com/api/v10/channels/1200000000000000000/messages')).toMatchObject([
    { content: '**1.2** is out!\nFaster.\nhttps://github.com/a/b/releases/1.2' },
  ]);
});

it('a configuration is rolled out service by service', async () => {
  const { calls, sentTo } = await runTemplate('config-rollout', {
    http: {
      'GET raw.githubusercontent.com/a/b/abc123/services.yaml': () =>
        answerWith('services:\n  - name: shop\n  - name: blog\n', 'text/plain'),
      'POST states.eu-central-1.amazonaws.com/': { executionArn: 'arn' },
    },
  });
  expect(sentTo('POST states.eu-central-1.amazonaws.com/')).toMatchObject([
    { input: '{"name":"shop"}' },
    { input: '{"name":"blog"}' },
  ]);
  expect(calls.at(-1)?.headers).toMatchObject({
    'x-amz-target': 'AWSStepFunctions.StartExecution',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=[A-Z0-9]+\/\d{8}\/eu-central-1\/states\//,
    ),
  });
});

describe('the weather', () => {
  const forecast = (chance: number) =>
    runTemplate('weather-alert', {
      http: { 'GET api.open-meteo.com/v1/forecast': { daily: { precipitation_probability_max: [chance] } } },
    });

  it('is told when it will rain, and only then', async () => {
    const to = 'POST api.telegram.org/bot1:bot/sendMessage';
    expect((await forecast(80)).sentTo(to)).toMatchObject([{ text: 'Take an umbrella: 80 % rain.' }]);
    expect((await forecast(20)).sentTo(to)).toEqual([]);
  });
});
