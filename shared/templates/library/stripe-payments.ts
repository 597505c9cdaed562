import { MAIL, SLACK } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const stripePayments = defineTemplate({
  id: 'stripe-payments',
  name: 'Stripe payments',
  description:
    'Takes signed webhooks of Stripe, each event once: a payment is kept in a table and thanked for by e-mail, a failed one or a dispute is told to Slack.',
  category: 'Finance',
  tags: ['stripe', 'payment', 'webhook', 'signature', 'email', 'slack'],
  featured: true,
  nodes: {
    event: {
      name: 'Stripe calls',
      type: 'trigger.webhook',
      parameters: {
        method: 'POST',
        authentication: { kind: 'hmac', scheme: 'stripe' },
        deduplicateBy: '{{ $json.body.id }}',
      },
    },
    object: {
      name: 'Take what counts',
      type: 'data.transform',
      parameters: {
        result:
          '{{ { "type": $json.body.type, "id": $json.body.data.object.id, "amount": $json.body.data.object.currency in ["jpy", "krw", "vnd", "clp"] ? $json.body.data.object.amount : $json.body.data.object.amount / 100, "currency": $uppercase($json.body.data.object.currency), "email": $json.body.data.object.receipt_email } }}',
      },
    },
    kind: {
      name: 'What happened?',
      type: 'flow.switch',
      parameters: {
        rules: [
          { condition: '{{ $json.type = "payment_intent.succeeded" }}', output: 'paid' },
          {
            condition: '{{ $json.type in ["payment_intent.payment_failed", "charge.dispute.created"] }}',
            output: 'trouble',
          },
        ],
      },
    },
    keep: {
      name: 'Keep the payment',
      type: 'data.table',
      parameters: { operation: 'put', table: 'payments', key: '{{ $json.id }}' },
    },
    known: {
      name: 'Is there an address?',
      type: 'flow.filter',
      parameters: { condition: '{{ $not($isEmpty($json.value.email)) }}' },
    },
    thanks: {
      name: 'Say thank you',
      type: 'email.send',
      parameters: {
        from: 'Shop <shop@example.com>',
        to: '{{ $json.value.email }}',
        subject: 'Your payment of {{ $json.value.amount }} {{ $json.value.currency }}',
        text: 'Thank you! We have received your payment {{ $json.key }}.',
      },
      retry: { maxAttempts: 3 },
    },
    tell: {
      name: 'Tell finance',
      type: 'slack.send',
      parameters: {
        channel: '#finance',
        text: '{{ $json.type }}: {{ $json.amount }} {{ $json.currency }} ({{ $json.id }})',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'event -> object',
    'object -> kind',
    'kind.paid -> keep',
    'keep -> known',
    'known -> thanks',
    'kind.trouble -> tell',
  ],
  credentials: {
    thanks: { types: MAIL, purpose: 'Sends the e-mail.' },
    tell: { types: SLACK, purpose: 'Posts to finance.' },
  },
  values: { 'thanks.from': 'The address that e-mails come from.', 'tell.channel': 'The channel of finance.' },
  sample: [
    {
      body: {
        id: 'evt_1',
        type: 'payment_intent.succeeded',
        data: { object: { id: 'pi_7', amount: 1250, currency: 'eur', receipt_email: 'ada@example.com' } },
      },
    },
  ],
});
