import { API } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const dataSync = defineTemplate({
  id: 'data-sync',
  name: 'Data sync with pagination',
  description:
    'Every hour reads all pages of customers from an API and upserts them into a PostgreSQL table, in one transaction.',
  category: 'Data',
  tags: ['sync', 'pagination', 'api', 'postgres', 'import', 'hourly'],
  featured: true,
  nodes: {
    hourly: {
      name: 'Every hour',
      type: 'trigger.schedule',
      parameters: { cron: '0 * * * *', overlap: 'skip' },
    },
    read: {
      name: 'Read all pages',
      type: 'http.request',
      parameters: {
        url: 'https://api.example.com/customers',
        query: { limit: 100 },
        pagination: {
          by: 'cursor',
          parameter: 'cursor',
          next: '{{ $response.body.next }}',
          items: '{{ $response.body.data }}',
        },
      },
      retry: { maxAttempts: 5 },
      timeoutSeconds: 600,
    },
    unique: {
      name: 'Each once',
      type: 'data.removeDuplicates',
      parameters: { compare: 'selected', fields: ['id'], keep: 'last' },
    },
    write: {
      name: 'Write to the database',
      type: 'sql.query',
      parameters: {
        statement:
          'INSERT INTO customers (id, name, email) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email',
        values: ['{{ $json.id }}', '{{ $json.name }}', '{{ $json.email }}'],
      },
    },
  },
  edges: ['hourly -> read', 'read -> unique', 'unique -> write'],
  credentials: {
    read: {
      types: API,
      purpose: 'Reads the customers.',
    },
    write: { types: ['postgresql'], purpose: 'The database that is kept in line.' },
  },
  values: { 'read.url': 'Where the customers are read.', 'write.statement': 'The table and its columns.' },
  sample: [{ plannedTime: '2026-03-02T07:00:00.000Z' }],
});
