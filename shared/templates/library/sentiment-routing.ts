import { MAIL, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const sentimentRouting = defineTemplate({
  id: 'sentiment-routing',
  name: 'Route reviews by sentiment',
  description:
    'A language model tells whether a review is happy or angry: happy ones are shared in Slack, angry ones go to the support lead by e-mail, and all are counted.',
  category: 'Support',
  tags: ['sentiment', 'ai', 'reviews', 'feedback', 'slack', 'email'],
  nodes: {
    review: { name: 'A review arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    mood: {
      name: 'Happy or angry?',
      type: 'ai.classify',
      parameters: {
        text: '{{ $json.body.text }}',
        categories: [
          { name: 'happy', description: 'The writer is pleased.' },
          { name: 'angry', description: 'The writer is disappointed or complains.' },
        ],
        destination: 'mood',
      },
      retry: { maxAttempts: 3 },
    },
    share: {
      name: 'Share it',
      type: 'slack.send',
      parameters: { channel: '#praise', text: '“{{ $json.body.text }}” ({{ $json.body.author }})' },
      retry: { maxAttempts: 3 },
    },
    help: {
      name: 'Write to the lead',
      type: 'email.send',
      parameters: {
        from: 'Reviews <reviews@example.com>',
        to: 'support-lead@example.com',
        subject: '{{ $json.body.author }} is not happy',
        text: '{{ $json.body.text }}',
      },
      retry: { maxAttempts: 3 },
    },
    count: {
      name: 'Count it',
      type: 'data.table',
      parameters: { operation: 'increment', table: 'moods', key: '{{ $json.mood[0] }}' },
    },
  },
  edges: [
    'review -> mood',
    'mood.happy -> share',
    'mood.angry -> help',
    'mood.happy -> count',
    'mood.angry -> count',
    'mood.other -> count',
  ],
  credentials: {
    share: { types: SLACK, purpose: 'Posts what is good.' },
    help: { types: MAIL, purpose: 'Sends what is not.' },
  },
  values: {
    'mood.model': 'The model that reads.',
    'share.channel': 'The channel for praise.',
    'help.from': 'The address that e-mails come from.',
    'help.to': 'Who cares for angry customers.',
  },
  sample: [{ body: { author: 'Ada', text: 'It broke on the first day.' } }],
});
