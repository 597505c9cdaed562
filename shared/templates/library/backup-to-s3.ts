import { API, AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const backupToS3 = defineTemplate({
  id: 'backup-to-s3',
  name: 'Nightly backup to S3',
  description:
    'Every night reads all records of an API page by page and keeps them in an S3 bucket, as a file of JSON lines named by the date.',
  category: 'AWS',
  tags: ['backup', 's3', 'nightly', 'export', 'pagination', 'archive'],
  nodes: {
    night: { name: 'Every night', type: 'trigger.schedule', parameters: { cron: '0 3 * * *' } },
    read: {
      name: 'Read everything',
      type: 'http.request',
      parameters: {
        url: 'https://api.example.com/records',
        pagination: { by: 'page', parameter: 'page', size: 100 },
        query: { perPage: 100 },
      },
      retry: { maxAttempts: 5 },
      timeoutSeconds: 600,
    },
    file: {
      name: 'Write the lines',
      type: 'file.jsonLines',
      parameters: { operation: 'write', fileName: 'records.jsonl' },
    },
    put: {
      name: 'Keep the file',
      type: 'aws.s3',
      parameters: { operation: 'put', bucket: 'backups', key: 'records/{{ $today }}.jsonl' },
    },
  },
  edges: ['night -> read', 'read -> file', 'file -> put'],
  credentials: {
    read: { types: API, purpose: 'Reads the records.' },
    put: { types: AWS, purpose: 'Writes to the bucket.' },
  },
  values: { 'read.url': 'Where the records are read.', 'put.bucket': 'The bucket of backups.' },
  sample: [{ plannedTime: '2026-03-02T03:00:00.000Z' }],
});
