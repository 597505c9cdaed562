import { defineTemplate } from '../define-template.ts';

export const newEntriesToTelegram = defineTemplate({
  id: 'new-entries-to-telegram',
  name: 'Only new entries, to Telegram',
  description:
    'Every quarter of an hour reads job offers from an API and sends those it has never seen in an earlier run to a Telegram chat, five at the most.',
  category: 'Content',
  tags: ['duplicates', 'deduplicate', 'telegram', 'new', 'jobs', 'poll'],
  nodes: {
    tick: {
      name: 'Every quarter of an hour',
      type: 'trigger.schedule',
      parameters: { cron: '*/15 * * * *', overlap: 'skip' },
    },
    read: {
      name: 'Read the offers',
      type: 'http.request',
      parameters: { url: 'https://api.example.com/jobs' },
      retry: { maxAttempts: 3 },
    },
    order: {
      name: 'Newest first',
      type: 'data.sort',
      parameters: { by: [{ field: 'publishedAt', order: 'descending' }] },
    },
    most: { name: 'Five at the most', type: 'data.limit', parameters: { count: 5 } },
    fresh: {
      name: 'Never seen before',
      type: 'data.removeDuplicates',
      parameters: { compare: 'selected', fields: ['id'], memory: 'jobs-seen', rememberDays: 90 },
    },
    send: {
      name: 'Send it',
      type: 'telegram.send',
      parameters: { chatId: '@your_channel', text: '{{ $json.title }}\n{{ $json.url }}' },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['tick -> read', 'read -> order', 'order -> most', 'most -> fresh', 'fresh -> send'],
  credentials: { send: { types: ['telegram'], purpose: 'The bot that sends.' } },
  values: { 'read.url': 'Where the entries are read.', 'send.chatId': 'The chat or channel.' },
  sample: [{ plannedTime: '2026-03-02T09:00:00.000Z' }],
});
