import { API, MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const dailyReport = defineTemplate({
  id: 'daily-report',
  name: 'Daily sales report by e-mail',
  description:
    'Every morning reads yesterday’s orders from an API, sums them up by country, and mails the figures as a table.',
  category: 'Reporting',
  tags: ['daily', 'report', 'email', 'schedule', 'sales'],
  featured: true,
  nodes: {
    morning: { name: 'Every morning', type: 'trigger.schedule', parameters: { cron: '0 7 * * *' } },
    day: {
      name: 'Yesterday',
      type: 'data.dateTime',
      parameters: {
        operation: 'add',
        value: '{{ $json.plannedTime }}',
        amount: -1,
        unit: 'day',
        output: 'pattern',
        pattern: 'yyyy-MM-dd',
        destination: 'day',
      },
    },
    orders: {
      name: 'Read the orders',
      type: 'http.request',
      parameters: { url: 'https://api.example.com/orders', query: { day: '{{ $json.day }}' } },
      retry: { maxAttempts: 3 },
    },
    sums: {
      name: 'Sum up by country',
      type: 'data.summarise',
      parameters: {
        groupBy: ['country'],
        operations: [
          { operation: 'count', as: 'orders' },
          { operation: 'sum', field: 'total', as: 'revenue' },
        ],
      },
    },
    sorted: {
      name: 'Largest first',
      type: 'data.sort',
      parameters: { by: [{ field: 'revenue', order: 'descending' }] },
    },
    table: {
      name: 'Write the table',
      type: 'data.transform',
      parameters: {
        over: 'all',
        result:
          '{{ { "rows": $join($items.json.("<tr><td>" & $escapeHtml(country) & "</td><td>" & orders & "</td><td>" & revenue & "</td></tr>")) } }}',
      },
    },
    mail: {
      name: 'Mail it',
      type: 'email.send',
      parameters: {
        from: 'Reports <reports@example.com>',
        to: 'team@example.com',
        subject: 'Orders of {{ $node("Yesterday").first.json.day }}',
        html: '<table><tr><th>Country</th><th>Orders</th><th>Revenue</th></tr>{{ $json.rows }}</table>',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'morning -> day',
    'day -> orders',
    'orders -> sums',
    'sums -> sorted',
    'sorted -> table',
    'table -> mail',
  ],
  credentials: {
    orders: { types: API, purpose: 'Reads the orders.' },
    mail: { types: MAIL, purpose: 'Sends the report.' },
  },
  values: {
    'orders.url': 'Where the orders of a day are read.',
    'mail.from': 'The address that the report comes from.',
    'mail.to': 'Who gets it.',
  },
  sample: [{ plannedTime: '2026-03-02T07:00:00.000Z' }],
});
