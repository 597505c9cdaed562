import { describe, expect, it } from 'vitest';
import { says, uses } from '../../../engine/nodes/fake-ai.ts';
import { runTemplate } from '../template-world.ts';

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
