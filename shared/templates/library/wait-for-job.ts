import { API, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const waitForJob = defineTemplate({
  id: 'wait-for-job',
  name: 'Start a slow job and wait for it',
  description:
    'Starts an export at an API that takes long, asks every thirty seconds whether it is ready, for two hours at the most, and tells Slack where the result is.',
  category: 'Integration',
  tags: ['polling', 'job', 'wait', 'async', 'status', 'loop', 'slack'],
  nodes: {
    start: { name: 'Start by hand', type: 'trigger.manual' },
    begin: {
      name: 'Begin the job',
      type: 'http.request',
      parameters: { method: 'POST', url: 'https://api.example.com/exports' },
      retry: { maxAttempts: 3 },
    },
    until: {
      name: 'Until it is ready',
      type: 'flow.while',
      parameters: { condition: '{{ $json.status = "running" }}', maxDurationSeconds: 7200 },
    },
    pause: {
      name: 'Half a minute',
      type: 'flow.wait',
      parameters: { duration: { amount: 30, unit: 'seconds' } },
    },
    look: {
      name: 'Is it ready?',
      type: 'http.request',
      parameters: { url: 'https://api.example.com/exports/{{ $encodeUrlComponent($string($json.id)) }}' },
      retry: { maxAttempts: 3 },
    },
    tell: {
      name: 'Tell the channel',
      type: 'slack.send',
      parameters: {
        channel: '#exports',
        text: 'Export {{ $json.id }} is {{ $json.status }}: {{ $json.url }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'start -> begin',
    'begin -> until',
    'until.loop -> pause',
    'pause -> look',
    'look -> until',
    'until.done -> tell',
  ],
  credentials: {
    begin: { types: API, purpose: 'Begins the job.' },
    look: { types: API, purpose: 'Asks for its state.' },
    tell: { types: SLACK, purpose: 'Posts to the channel.' },
  },
  values: {
    'begin.url': 'Where jobs are begun.',
    'look.url': 'Where a job’s state is read.',
    'tell.channel': 'The channel that hears of it.',
  },
  sample: [{}],
});
