import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const webhookFanOut = defineTemplate({
  id: 'webhook-fan-out',
  name: 'Webhook fan-out',
  description:
    'Takes one webhook call and passes it on to many receivers in parallel, each with retries of its own, then answers who got it and who did not.',
  category: 'Integration',
  tags: ['webhook', 'fan-out', 'parallel', 'forward', 'broadcast', 'map'],
  nodes: {
    call: {
      name: 'A call arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'lastNode' },
    },
    receivers: {
      name: 'The receivers',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'url', type: 'array', value: ['https://a.example.com/hook', 'https://b.example.com/hook'] },
          { name: 'body', value: '{{ $json.body }}' },
        ],
      },
    },
    each: {
      name: 'Each receiver',
      type: 'data.splitOut',
      parameters: { field: 'url', keep: 'selected', selected: ['body'] },
    },
    map: { name: 'All at once', type: 'flow.map', parameters: { concurrency: 10 } },
    send: {
      name: 'Pass it on',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: '{{ $json.url }}',
        body: { kind: 'json', value: '{{ $json.body }}' },
        fullResponse: true,
        neverError: true,
      },
      retry: { maxAttempts: 4 },
      onError: 'continue',
    },
    told: {
      name: 'What came of it',
      type: 'data.transform',
      parameters: {
        result:
          '{{ { "url": $node("Each receiver").json.url, "ok": $exists($json.status) and $json.status < 300 } }}',
      },
    },
    all: { name: 'All results', type: 'data.aggregate', parameters: { destination: 'receivers' } },
  },
  edges: [
    'call -> receivers',
    'receivers -> each',
    'each -> map',
    'map.item -> send',
    'send -> told',
    'told -> map.collect',
    'map.done -> all',
  ],
  credentials: { send: { types: API, purpose: 'Signs in to the receivers, if they want that.' } },
  values: { 'receivers.fields.0.value': 'The addresses of the receivers.' },
  sample: [{ body: { event: 'order.paid', id: 7 } }],
});
