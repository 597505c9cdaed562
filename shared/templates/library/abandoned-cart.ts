import { API, MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const abandonedCart = defineTemplate({
  id: 'abandoned-cart',
  name: 'Abandoned cart reminder',
  description:
    'Waits four hours after a shopping cart was filled, looks whether it was bought, and writes a reminder to the shopper if not.',
  category: 'Commerce',
  tags: ['cart', 'shop', 'reminder', 'abandoned', 'email', 'wait', 'marketing'],
  nodes: {
    cart: {
      name: 'A cart is filled',
      type: 'trigger.webhook',
      parameters: { method: 'POST', deduplicateBy: '{{ $json.body.cartId }}' },
    },
    wait: { name: 'Four hours', type: 'flow.wait', parameters: { duration: { amount: 4, unit: 'hours' } } },
    look: {
      name: 'Look at the cart',
      type: 'http.request',
      parameters: { url: 'https://shop.example.com/api/carts/{{ $encodeUrlComponent($json.body.cartId) }}' },
      retry: { maxAttempts: 3 },
    },
    open: {
      name: 'Still open?',
      type: 'flow.filter',
      parameters: {
        condition: { conditions: [{ left: '{{ $json.status }}', operator: 'equals', right: 'open' }] },
      },
    },
    mail: {
      name: 'Remind',
      type: 'email.send',
      parameters: {
        from: 'Shop <shop@example.com>',
        to: '{{ $trigger.json.body.email }}',
        subject: 'You have left something behind',
        text: '{{ $join($json.lines.name, ", ") }} are still waiting for you: https://shop.example.com/cart/{{ $encodeUrlComponent($trigger.json.body.cartId) }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['cart -> wait', 'wait -> look', 'look -> open', 'open -> mail'],
  credentials: {
    look: { types: API, purpose: 'Reads the cart.' },
    mail: { types: MAIL, purpose: 'Sends the reminder.' },
  },
  values: { 'look.url': 'Where a cart is read.', 'mail.from': 'The address that e-mails come from.' },
  sample: [{ body: { cartId: 'k7', email: 'ada@example.com' } }],
});
