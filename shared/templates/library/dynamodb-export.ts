import { AWS, MAIL } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const dynamodbExport = defineTemplate({
  id: 'dynamodb-export',
  name: 'DynamoDB to spreadsheet',
  description:
    'On the first of each month reads a customer’s items from a DynamoDB table, writes them into a CSV file in S3, and mails a link for downloading it.',
  category: 'AWS',
  tags: ['dynamodb', 'csv', 'export', 's3', 'monthly', 'email', 'spreadsheet'],
  nodes: {
    monthly: { name: 'First of the month', type: 'trigger.schedule', parameters: { cron: '0 6 1 * *' } },
    query: {
      name: 'Read the items',
      type: 'aws.dynamodb',
      parameters: {
        operation: 'query',
        table: 'usage',
        keyCondition: '#customer = :customer',
        names: { '#customer': 'customer' },
        values: { ':customer': 'c-7' },
        limit: 1000,
      },
    },
    file: {
      name: 'Write the file',
      type: 'file.csv',
      parameters: { operation: 'write', fileName: 'usage.csv' },
    },
    put: {
      name: 'Keep it',
      type: 'aws.s3',
      parameters: { operation: 'put', bucket: 'exports', key: 'usage/{{ $today }}.csv' },
    },
    link: {
      name: 'Make a link',
      type: 'aws.s3',
      parameters: {
        operation: 'presign',
        bucket: '{{ $json.bucket }}',
        key: '{{ $json.key }}',
        expiresInSeconds: 604800,
      },
    },
    mail: {
      name: 'Mail it',
      type: 'email.send',
      parameters: {
        from: 'Exports <exports@example.com>',
        to: 'customer@example.com',
        subject: 'Your usage',
        text: 'Download it within a week: {{ $json.url }}',
      },
      retry: { maxAttempts: 3 },
    },
  },
  edges: ['monthly -> query', 'query -> file', 'file -> put', 'put -> link', 'link -> mail'],
  credentials: {
    query: { types: AWS, purpose: 'Reads the table.' },
    put: { types: AWS, purpose: 'Writes to the bucket.' },
    link: { types: AWS, purpose: 'Signs the link.' },
    mail: { types: MAIL, purpose: 'Sends the link.' },
  },
  values: {
    'query.table': 'The table.',
    'query.values': 'Whose items are read.',
    'put.bucket': 'The bucket of exports.',
    'mail.from': 'The address that e-mails come from.',
    'mail.to': 'Who gets the link.',
  },
  sample: [{ plannedTime: '2026-03-01T06:00:00.000Z' }],
});
