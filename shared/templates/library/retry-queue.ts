import { API, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const retryQueue = defineTemplate({
  id: 'retry-queue',
  name: 'Retry queue',
  description:
    'Keeps jobs in a table and tries each every ten minutes until the API takes it. A job that failed five times is given up, and Slack is told.',
  category: 'Operations',
  tags: ['retry', 'queue', 'reliability', 'delivery', 'api', 'schedule'],
  nodes: {
    job: { name: 'A job arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    queue: {
      name: 'Put into the queue',
      type: 'data.table',
      parameters: {
        operation: 'put',
        table: 'retry-queue',
        key: '{{ $json.body.id }}',
        value: { payload: '{{ $json.body }}', attempts: 0 },
        onlyIf: 'absent',
      },
    },
    tick: {
      name: 'Every ten minutes',
      type: 'trigger.schedule',
      parameters: { cron: '*/10 * * * *', overlap: 'skip' },
    },
    due: {
      name: 'Read the queue',
      type: 'data.table',
      parameters: { operation: 'query', table: 'retry-queue', limit: 100 },
    },
    send: {
      name: 'Try it',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: 'https://api.example.com/jobs',
        body: { kind: 'json', value: '{{ $json.value.payload }}' },
      },
      retry: { maxAttempts: 3 },
      onError: 'branch',
    },
    done: {
      name: 'Take out of the queue',
      type: 'data.table',
      parameters: {
        operation: 'delete',
        table: 'retry-queue',
        key: '{{ $node("Read the queue").json.key }}',
      },
    },
    count: {
      name: 'Count the attempt',
      type: 'data.table',
      parameters: {
        operation: 'update',
        table: 'retry-queue',
        key: '{{ $json.key }}',
        value: { attempts: '{{ $json.value.attempts + 1 }}', lastError: '{{ $json.error.message }}' },
      },
    },
    tired: {
      name: 'Five times?',
      type: 'flow.filter',
      parameters: { condition: '{{ $json.value.attempts >= 5 }}' },
    },
    give: {
      name: 'Give it up',
      type: 'data.table',
      parameters: { operation: 'delete', table: 'retry-queue', key: '{{ $json.key }}' },
    },
    tell: {
      name: 'Tell the channel',
      type: 'slack.send',
      parameters: {
        channel: '#operations',
        text: 'Job {{ $json.key }} was given up after five attempts: {{ $node("Count the attempt").json.value.lastError }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'job -> queue',
    'tick -> due',
    'due -> send',
    'send -> done',
    'send.error -> count',
    'count -> tired',
    'tired -> give',
    'give -> tell',
  ],
  credentials: {
    send: { types: API, purpose: 'Calls the API that takes the jobs.' },
    tell: { types: SLACK, purpose: 'Posts to the channel.' },
  },
  values: { 'send.url': 'Where jobs are sent.', 'tell.channel': 'The channel that hears of jobs given up.' },
  sample: [{ body: { id: 'job-7', order: 7 } }],
});
