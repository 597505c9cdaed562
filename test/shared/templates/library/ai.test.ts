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
