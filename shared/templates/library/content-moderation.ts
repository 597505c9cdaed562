import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const contentModeration = defineTemplate({
  id: 'content-moderation',
  name: 'Moderate comments with AI',
  description:
    'A language model looks at every new comment: spam and abuse are hidden, what is harmless is published, and doubtful ones wait in a table for people.',
  category: 'Content',
  tags: ['moderation', 'comments', 'spam', 'ai', 'abuse', 'community'],
  nodes: {
    comment: { name: 'A comment is written', type: 'trigger.webhook', parameters: { method: 'POST' } },
    judge: {
      name: 'What is it?',
      type: 'ai.classify',
      parameters: {
        text: '{{ $json.body.text }}',
        categories: [
          { name: 'harmless', description: 'Polite, or at least to the point.' },
          { name: 'spam', description: 'Advertises, or has nothing to do with the article.' },
          { name: 'abuse', description: 'Insults or threatens somebody.' },
        ],
        instructions: 'When in doubt, choose none.',
      },
      retry: { maxAttempts: 3 },
    },
    publish: {
      name: 'Publish it',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: 'https://blog.example.com/comments/{{ $encodeUrlComponent($json.body.id) }}/publish',
      },
      retry: { maxAttempts: 3 },
    },
    hide: {
      name: 'Hide it',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: 'https://blog.example.com/comments/{{ $encodeUrlComponent($json.body.id) }}/hide',
        body: { kind: 'json', value: { reason: '{{ $json.categories[0] }}' } },
      },
      retry: { maxAttempts: 3 },
    },
    doubt: {
      name: 'Keep it for people',
      type: 'data.table',
      parameters: {
        operation: 'put',
        table: 'comments-in-doubt',
        key: '{{ $json.body.id }}',
        value: { text: '{{ $json.body.text }}' },
      },
    },
  },
  edges: [
    'comment -> judge',
    'judge.harmless -> publish',
    'judge.spam -> hide',
    'judge.abuse -> hide',
    'judge.other -> doubt',
  ],
  credentials: {
    publish: { types: API, purpose: 'Publishes comments.' },
    hide: { types: API, purpose: 'Hides comments.' },
  },
  values: {
    'judge.model': 'The model that judges.',
    'publish.url': 'Where a comment is published.',
    'hide.url': 'Where a comment is hidden.',
  },
  sample: [{ body: { id: 'c7', text: 'Buy cheap watches!' } }],
});
