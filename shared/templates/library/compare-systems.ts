import { API, MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const compareSystems = defineTemplate({
  id: 'compare-systems',
  name: 'Compare two systems',
  description:
    'Every night reads the customers of the shop and of the CRM, finds who is missing in either and whose data differ, and mails what there is to put right.',
  category: 'Data',
  tags: ['compare', 'difference', 'reconcile', 'crm', 'nightly', 'quality'],
  nodes: {
    night: { name: 'Every night', type: 'trigger.schedule', parameters: { cron: '0 4 * * *' } },
    shop: {
      name: 'Customers of the shop',
      type: 'http.request',
      parameters: { url: 'https://shop.example.com/customers' },
      retry: { maxAttempts: 3 },
    },
    crm: {
      name: 'Customers of the CRM',
      type: 'http.request',
      parameters: { url: 'https://crm.example.com/customers' },
      retry: { maxAttempts: 3 },
    },
    compare: {
      name: 'Compare',
      type: 'data.compare',
      parameters: { match: ['email'], ignore: ['updatedAt'] },
    },
    onlyShop: {
      name: 'Only in the shop',
      type: 'data.transform',
      parameters: { result: '{{ { "line": $json.email & " is missing in the CRM" } }}' },
    },
    onlyCrm: {
      name: 'Only in the CRM',
      type: 'data.transform',
      parameters: { result: '{{ { "line": $json.email & " is missing in the shop" } }}' },
    },
    differ: {
      name: 'Different',
      type: 'data.transform',
      parameters: { result: '{{ { "line": $toJson($json) & " differs" } }}' },
    },
    all: { name: 'All of them', type: 'flow.merge', parameters: { inputs: 3 } },
    lines: {
      name: 'As one list',
      type: 'data.aggregate',
      parameters: { fields: [{ field: 'line', as: 'lines' }] },
    },
    mail: {
      name: 'Mail it',
      type: 'email.send',
      parameters: {
        from: 'Data <data@example.com>',
        to: 'sales@example.com',
        subject: '{{ $count($json.lines) }} customers to put right',
        text: '{{ $join($json.lines, "\\n") }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'night -> shop',
    'night -> crm',
    'shop -> compare.a',
    'crm -> compare.b',
    'compare.onlyA -> onlyShop',
    'compare.onlyB -> onlyCrm',
    'compare.different -> differ',
    'onlyShop -> all.input1',
    'onlyCrm -> all.input2',
    'differ -> all.input3',
    'all -> lines',
    'lines -> mail',
  ],
  credentials: {
    shop: { types: API, purpose: 'Reads the shop.' },
    crm: { types: API, purpose: 'Reads the CRM.' },
    mail: { types: MAIL, purpose: 'Sends the e-mail.' },
  },
  values: {
    'shop.url': 'Customers in the first system.',
    'crm.url': 'Customers in the second system.',
    'mail.from': 'The address that e-mails come from.',
    'mail.to': 'Who puts it right.',
  },
  sample: [{ plannedTime: '2026-03-02T04:00:00.000Z' }],
});
