import { defineTemplate } from '../define-template.ts';

export const pageCounter = defineTemplate({
  id: 'page-counter',
  name: 'Page view counter',
  description:
    'Counts the visits of each page of your website in a table, without cookies, and answers the page with the number so far.',
  category: 'Content',
  tags: ['counter', 'visits', 'page views', 'analytics', 'table', 'website'],
  nodes: {
    visit: {
      name: 'A page is visited',
      type: 'trigger.webhook',
      parameters: { method: 'GET', path: 'pages/:page', respond: 'respondNode', maxPerMinute: 600 },
    },
    count: {
      name: 'Count it',
      type: 'data.table',
      parameters: { operation: 'increment', table: 'visits', key: '{{ $json.params.page }}' },
    },
    answer: {
      name: 'Answer',
      type: 'flow.respond',
      parameters: {
        headers: { 'cache-control': 'no-store' },
        body: { page: '{{ $json.key }}', visits: '{{ $json.value.count }}' },
      },
    },
  },
  edges: ['visit -> count', 'count -> answer'],
  sample: [{ params: { page: 'home' } }],
});
