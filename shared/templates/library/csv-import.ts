import { API, MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const csvImport = defineTemplate({
  id: 'csv-import',
  name: 'CSV import into a database',
  description:
    'Every night downloads a CSV file, checks its rows, inserts the good ones into PostgreSQL in one transaction, and mails those that were rejected.',
  category: 'Data',
  tags: ['csv', 'import', 'postgres', 'spreadsheet', 'validation', 'nightly'],
  nodes: {
    night: { name: 'Every night', type: 'trigger.schedule', parameters: { cron: '0 2 * * *' } },
    download: {
      name: 'Download the file',
      type: 'http.request',
      parameters: { url: 'https://files.example.com/products.csv', response: 'file', fileField: 'file' },
      retry: { maxAttempts: 3 },
    },
    rows: { name: 'Read the rows', type: 'file.csv', parameters: { operation: 'read', numbers: true } },
    check: {
      name: 'Check each row',
      type: 'flow.filter',
      parameters: {
        keepRejected: true,
        condition: {
          combine: 'and',
          conditions: [
            { left: '{{ $json.sku }}', operator: 'isNotEmpty' },
            { left: '{{ $json.price }}', operator: 'greater', right: 0 },
          ],
        },
      },
    },
    insert: {
      name: 'Write to the database',
      type: 'sql.query',
      parameters: {
        statement:
          'INSERT INTO products (sku, name, price) VALUES ($1, $2, $3) ON CONFLICT (sku) DO UPDATE SET name = EXCLUDED.name, price = EXCLUDED.price',
        values: ['{{ $json.sku }}', '{{ $json.name }}', '{{ $json.price }}'],
      },
    },
    rejected: { name: 'All rejected', type: 'data.aggregate', parameters: { destination: 'rows' } },
    mail: {
      name: 'Mail the rejected',
      type: 'email.send',
      parameters: {
        from: 'Import <import@example.com>',
        to: 'data@example.com',
        subject: '{{ $count($json.rows) }} rows were not imported',
        text: '{{ $join($json.rows.$toJson($), "\\n") }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: [
    'night -> download',
    'download -> rows',
    'rows -> check',
    'check -> insert',
    'check.rejected -> rejected',
    'rejected -> mail',
  ],
  credentials: {
    download: { types: API, purpose: 'Downloads the file, if it is not public.' },
    insert: { types: ['postgresql'], purpose: 'The database that gets the rows.' },
    mail: { types: MAIL, purpose: 'Sends the e-mail.' },
  },
  values: {
    'download.url': 'Where the file is.',
    'insert.statement': 'The table and its columns.',
    'mail.from': 'The address that the e-mail comes from.',
    'mail.to': 'Who hears of rejected rows.',
  },
  sample: [{ plannedTime: '2026-03-02T02:00:00.000Z' }],
});
