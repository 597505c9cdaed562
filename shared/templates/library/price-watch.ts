import { MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const priceWatch = defineTemplate({
  id: 'price-watch',
  name: 'Price watch',
  description:
    'Twice a day reads a price from a web page with a CSS selector, remembers it, and mails you when it has fallen.',
  category: 'Commerce',
  tags: ['price', 'scraping', 'website', 'html', 'email', 'watch', 'change'],
  nodes: {
    tick: { name: 'Twice a day', type: 'trigger.schedule', parameters: { cron: '0 8,20 * * *' } },
    page: {
      name: 'Open the page',
      type: 'http.request',
      parameters: { url: 'https://shop.example.com/tea', response: 'text', fullResponse: true },
      retry: { maxAttempts: 3 },
    },
    price: {
      name: 'Find the price',
      type: 'text.html',
      parameters: {
        value: '{{ $json.body }}',
        extract: [{ name: 'price', selector: '.price' }],
        destination: 'found',
      },
    },
    number: {
      name: 'As a number',
      type: 'data.set',
      parameters: {
        keep: 'none',
        fields: [
          { name: 'price', type: 'number', value: '{{ $replace($json.found.price, /[^0-9.]/, "") }}' },
        ],
      },
    },
    before: {
      name: 'The price before',
      type: 'data.table',
      parameters: { operation: 'get', table: 'prices', key: 'tea', ifMissing: 'null' },
    },
    keep: {
      name: 'Remember the new one',
      type: 'data.table',
      parameters: {
        operation: 'put',
        table: 'prices',
        key: 'tea',
        value: { price: '{{ $node("As a number").json.price }}' },
      },
    },
    fallen: {
      name: 'Has it fallen?',
      type: 'flow.filter',
      parameters: { condition: '{{ $json.value.price < $node("The price before").json.value.price }}' },
    },
    mail: {
      name: 'Mail it',
      type: 'email.send',
      parameters: {
        from: 'Watch <watch@example.com>',
        to: 'you@example.com',
        subject: 'Now {{ $json.value.price }}',
        text: 'It was {{ $node("The price before").json.value.price }} before.',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'tick -> page',
    'page -> price',
    'price -> number',
    'number -> before',
    'before -> keep',
    'keep -> fallen',
    'fallen -> mail',
  ],
  credentials: { mail: { types: MAIL, purpose: 'Sends the e-mail.' } },
  values: {
    'page.url': 'The page with the price.',
    'price.extract.0.selector': 'Where the price stands in it, as a CSS selector.',
    'mail.from': 'The address that e-mails come from.',
    'mail.to': 'Who hears of it.',
  },
  sample: [{ plannedTime: '2026-03-02T08:00:00.000Z' }],
});
