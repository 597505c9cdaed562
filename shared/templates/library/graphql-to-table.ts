import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const graphqlToTable = defineTemplate({
  id: 'graphql-to-table',
  name: 'GraphQL query into a table',
  description:
    'Every hour asks a GraphQL API for products in stock and keeps each in a table of Stepwell, for other workflows to look up.',
  category: 'Data',
  tags: ['graphql', 'table', 'lookup', 'hourly', 'products', 'stock'],
  nodes: {
    hourly: {
      name: 'Every hour',
      type: 'trigger.schedule',
      parameters: { cron: '15 * * * *', overlap: 'skip' },
    },
    ask: {
      name: 'Ask the API',
      type: 'http.graphql',
      parameters: {
        url: 'https://api.example.com/graphql',
        query: 'query Stock($least: Int!) { products(inStock: $least) { sku name stock } }',
        variables: { least: 1 },
      },
      retry: { maxAttempts: 3 },
    },
    each: { name: 'Each product', type: 'data.splitOut', parameters: { field: 'products' } },
    names: {
      name: 'Our own names',
      type: 'data.renameKeys',
      parameters: {
        fields: [
          { from: 'sku', to: 'id' },
          { from: 'stock', to: 'available' },
        ],
      },
    },
    keep: {
      name: 'Keep it',
      type: 'data.table',
      parameters: { operation: 'put', table: 'products', key: '{{ $json.id }}', ttlSeconds: 86400 },
    },
  },
  edges: ['hourly -> ask', 'ask -> each', 'each -> names', 'names -> keep'],
  credentials: { ask: { types: API, purpose: 'Asks the API.' } },
  values: { 'ask.url': 'The address of the API.', 'ask.query': 'What is asked.' },
  sample: [{ plannedTime: '2026-03-02T09:15:00.000Z' }],
});
