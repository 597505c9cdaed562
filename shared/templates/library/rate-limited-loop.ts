import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const rateLimitedLoop = defineTemplate({
  id: 'rate-limited-loop',
  name: 'Loop with a rate limit',
  description:
    'Goes through many contacts in batches of ten with a pause after each, so that an API which allows few calls a minute is not overrun.',
  category: 'Integration',
  tags: ['loop', 'rate limit', 'batch', 'throttle', 'wait', 'api', 'bulk'],
  nodes: {
    start: { name: 'Start by hand', type: 'trigger.manual' },
    read: {
      name: 'Read the contacts',
      type: 'http.request',
      parameters: { url: 'https://api.example.com/contacts' },
      retry: { maxAttempts: 3 },
    },
    loop: { name: 'Ten at a time', type: 'flow.loop', parameters: { batchSize: 10 } },
    update: {
      name: 'Update the contact',
      type: 'http.request',
      parameters: {
        method: 'PATCH',
        url: 'https://crm.example.com/contacts/{{ $encodeUrlComponent($string($json.id)) }}',
        body: { kind: 'json', value: { name: '{{ $json.name }}' } },
      },
      retry: { maxAttempts: 5, initialDelaySeconds: 10 },
    },
    pause: {
      name: 'Pause',
      type: 'flow.wait',
      parameters: { kind: 'duration', duration: { amount: 30, unit: 'seconds' } },
    },
    count: {
      name: 'How many',
      type: 'data.summarise',
      parameters: { operations: [{ operation: 'count', as: 'updated' }] },
    },
  },
  edges: [
    'start -> read',
    'read -> loop',
    'loop.loop -> update',
    'update -> pause',
    'pause -> loop',
    'loop.done -> count',
  ],
  credentials: {
    read: { types: API, purpose: 'Reads the contacts.' },
    update: { types: API, purpose: 'Updates the contacts.' },
  },
  values: {
    'read.url': 'Where the contacts are read.',
    'update.url': 'Where a contact is updated.',
    'pause.duration.amount': 'How many seconds lie between two batches.',
  },
  sample: [{}],
});
