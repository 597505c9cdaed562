import { defineTemplate } from '../define-template.ts';

export const signedForwarding = defineTemplate({
  id: 'signed-forwarding',
  name: 'Sign and forward a webhook',
  description:
    'Takes events from inside, signs each with HMAC-SHA-256, and sends it to a customer’s endpoint, so that they can check that it is yours.',
  category: 'Integration',
  tags: ['hmac', 'signature', 'webhook', 'security', 'forward', 'crypto'],
  nodes: {
    event: {
      name: 'An event arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', authentication: { kind: 'token' } },
    },
    text: {
      name: 'As text',
      type: 'text.json',
      parameters: { operation: 'build', value: '{{ $json.body }}', destination: 'text' },
    },
    sign: {
      name: 'Sign it',
      type: 'data.crypto',
      parameters: { operation: 'hmac', value: '{{ $json.text }}', destination: 'signature' },
    },
    send: {
      name: 'Send it',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: 'https://customer.example.com/hook',
        headers: { 'x-signature': 'sha256={{ $json.signature }}' },
        body: { kind: 'raw', value: '{{ $json.text }}', mediaType: 'application/json' },
      },
      retry: { maxAttempts: 5 },
    },
  },
  edges: ['event -> text', 'text -> sign', 'sign -> send'],
  credentials: { sign: { types: ['generic'], purpose: 'Holds the key for signing, in its field “key”.' } },
  values: { 'send.url': 'The customer’s endpoint.' },
  sample: [{ body: { id: 7 } }],
});
