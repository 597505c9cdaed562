import { SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const orderIntake = defineTemplate({
  id: 'order-intake',
  name: 'Order intake',
  description:
    'Takes orders by webhook, keeps each in a table, tells Slack of the large ones, and answers the shop at once with what was decided.',
  category: 'Sales',
  tags: ['orders', 'webhook', 'shop', 'slack', 'table'],
  featured: true,
  nodes: {
    order: {
      name: 'Order arrives',
      type: 'trigger.webhook',
      parameters: { method: 'POST', respond: 'respondNode', deduplicateBy: '{{ $json.body.id }}' },
    },
    fields: {
      name: 'Take what counts',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'id', type: 'string', value: '{{ $json.body.id }}' },
          { name: 'customer', type: 'string', value: '{{ $json.body.customer }}' },
          { name: 'total', type: 'number', value: '{{ $sum($json.body.lines.(price * count)) }}' },
        ],
      },
    },
    keep: {
      name: 'Keep the order',
      type: 'data.table',
      parameters: { operation: 'put', table: 'orders', key: '{{ $json.id }}' },
    },
    large: { name: 'Large?', type: 'flow.if', parameters: { condition: '{{ $json.value.total > 1000 }}' } },
    tell: {
      name: 'Tell sales',
      type: 'slack.send',
      parameters: {
        channel: '#sales',
        text: 'Order {{ $json.value.id }} of {{ $json.value.customer }}: {{ $json.value.total }}. Please review.',
      },
      retry: { maxAttempts: 3 },
    },
    review: {
      name: 'Answer: under review',
      type: 'flow.respond',
      parameters: {
        status: 202,
        body: { order: '{{ $node("Take what counts").json.id }}', decision: 'review' },
      },
    },
    accept: {
      name: 'Answer: accepted',
      type: 'flow.respond',
      parameters: { status: 201, body: { order: '{{ $json.key }}', decision: 'accepted' } },
    },
  },
  edges: [
    'order -> fields',
    'fields -> keep',
    'keep -> large',
    'large.true -> tell',
    'tell -> review',
    'large.false -> accept',
  ],
  credentials: { tell: { types: SLACK, purpose: 'Posts to the sales channel.' } },
  values: { 'tell.channel': 'The channel that hears of large orders.' },
  sample: [{ body: { id: 'o-7', customer: 'Zoë', lines: [{ sku: 'A', price: 700, count: 2 }] } }],
});
