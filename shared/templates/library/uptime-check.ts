import { SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const uptimeCheck = defineTemplate({
  id: 'uptime-check',
  name: 'Uptime check of websites',
  description:
    'Every five minutes calls a list of websites. One that is down or answers with an error is told to Slack, once an hour while it lasts, and when it is up again.',
  category: 'Operations',
  tags: ['uptime', 'monitoring', 'website', 'alert', 'slack', 'schedule'],
  featured: true,
  nodes: {
    tick: {
      name: 'Every five minutes',
      type: 'trigger.schedule',
      parameters: { cron: '*/5 * * * *', overlap: 'skip' },
    },
    sites: {
      name: 'The websites',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'url', type: 'array', value: ['https://www.example.com/', 'https://shop.example.com/'] },
        ],
      },
    },
    each: { name: 'Each of them', type: 'data.splitOut', parameters: { field: 'url' } },
    call: {
      name: 'Call it',
      type: 'http.request',
      parameters: { url: '{{ $json.url }}', response: 'text', timeoutSeconds: 10 },
      retry: { maxAttempts: 2, initialDelaySeconds: 5 },
      onError: 'branch',
    },
    first: {
      name: 'Not told of yet?',
      type: 'data.table',
      parameters: {
        operation: 'put',
        table: 'sites-down',
        key: '{{ $json.url }}',
        value: { error: '{{ $json.error.message }}' },
        onlyIf: 'absent',
        ttlSeconds: 3600,
      },
      onError: 'branch',
    },
    back: {
      name: 'Forget that it was down',
      type: 'data.table',
      parameters: { operation: 'delete', table: 'sites-down', key: '{{ $node("Each of them").json.url }}' },
    },
    was: {
      name: 'Was it down?',
      type: 'flow.filter',
      parameters: { condition: '{{ $json.deleted }}' },
    },
    relief: {
      name: 'Tell that it is up',
      type: 'slack.send',
      parameters: { channel: '#operations', text: '{{ $json.key }} is up again.' },
      retry: { maxAttempts: 3 },
    },
    tell: {
      name: 'Tell the channel',
      type: 'slack.send',
      parameters: { channel: '#operations', text: '{{ $json.key }} is down: {{ $json.value.error }}' },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'tick -> sites',
    'sites -> each',
    'each -> call',
    'call.error -> first',
    'first -> tell',
    'call -> back',
    'back -> was',
    'was -> relief',
  ],
  credentials: {
    tell: { types: SLACK, purpose: 'Posts to the channel.' },
    relief: { types: SLACK, purpose: 'Posts to the channel.' },
  },
  values: {
    'sites.fields.0.value': 'The websites to watch.',
    'tell.channel': 'The channel that hears of it.',
    'relief.channel': 'The same channel.',
  },
  sample: [{ plannedTime: '2026-03-02T09:00:00.000Z' }],
});
