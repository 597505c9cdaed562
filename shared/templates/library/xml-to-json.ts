import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const xmlToJson = defineTemplate({
  id: 'xml-to-json',
  name: 'XML orders to a JSON API',
  description:
    'Takes orders from an old system as XML, brings them into the form that a JSON API wants, and passes each on.',
  category: 'Integration',
  tags: ['xml', 'json', 'convert', 'legacy', 'edi', 'orders', 'api'],
  nodes: {
    xml: { name: 'XML arrives', type: 'trigger.webhook', parameters: { method: 'POST' } },
    parse: {
      name: 'Read the XML',
      type: 'text.xml',
      parameters: { value: '{{ $json.body }}', alwaysLists: ['order', 'line'], readNumbers: true },
    },
    each: { name: 'Each order', type: 'data.splitOut', parameters: { field: 'data.orders.order' } },
    form: {
      name: 'Our form',
      type: 'data.transform',
      parameters: {
        result:
          '{{ { "number": $string($json.`@no`), "customer": $json.customer, "lines": [$json.line.{ "sku": sku, "count": count }] } }}',
      },
    },
    send: {
      name: 'Pass it on',
      type: 'http.request',
      parameters: {
        method: 'POST',
        url: 'https://api.example.com/orders',
        body: { kind: 'json', value: '{{ $json }}' },
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['xml -> parse', 'parse -> each', 'each -> form', 'form -> send'],
  credentials: { send: { types: API, purpose: 'Calls the API.' } },
  values: { 'send.url': 'Where orders are sent.', 'form.result': 'The form that the API wants.' },
  sample: [
    {
      body: '<orders><order no="7"><customer>Zoë</customer><line><sku>A</sku><count>2</count></line></order></orders>',
    },
  ],
});
