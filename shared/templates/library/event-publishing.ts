import { AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const eventPublishing = defineTemplate({
  id: 'event-publishing',
  name: 'Publish events to EventBridge',
  description:
    'Takes signed webhooks of a partner and publishes each as an event on an Amazon EventBridge bus, so that any system of yours can react.',
  category: 'AWS',
  tags: ['eventbridge', 'events', 'webhook', 'publish', 'aws', 'partner'],
  nodes: {
    call: {
      name: 'The partner calls',
      type: 'trigger.webhook',
      parameters: {
        method: 'POST',
        authentication: { kind: 'hmac', scheme: 'standard' },
        deduplicateBy: 'webhook-id',
      },
    },
    publish: {
      name: 'Publish it',
      type: 'aws.eventbridge',
      parameters: {
        bus: 'default',
        source: 'partner.shop',
        detailType: '{{ $json.body.type }}',
        detail: '{{ $json.body.data }}',
      },
      retry: { maxAttempts: 5 },
    },
  },
  edges: ['call -> publish'],
  credentials: { publish: { types: AWS, purpose: 'Puts events on the bus.' } },
  values: { 'publish.bus': 'The bus.', 'publish.source': 'What the source is called.' },
  sample: [{ body: { type: 'order.placed', data: { id: 7 } } }],
});
