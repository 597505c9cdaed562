import { describe, expect, it } from 'vitest';
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
  expect(mails[0]?.text).toContain(
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
