import { AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const s3FileProcessing = defineTemplate({
  id: 's3-file-processing',
  name: 'Process files uploaded to S3',
  description:
    'When a CSV file is uploaded to an S3 bucket, sums it up by product while it is read, and writes the result beside it as JSON.',
  category: 'AWS',
  tags: ['s3', 'upload', 'csv', 'aggregate', 'event', 'bucket'],
  nodes: {
    uploaded: {
      name: 'A file is uploaded',
      type: 'trigger.event',
      parameters: {
        pattern: {
          source: ['aws.s3'],
          'detail-type': ['Object Created'],
          detail: { object: { key: [{ suffix: '.csv' }] } },
        },
      },
    },
    get: {
      name: 'Get the file',
      type: 'aws.s3',
      parameters: {
        operation: 'get',
        bucket: '{{ $json.detail.bucket.name }}',
        key: '{{ $json.detail.object.key }}',
      },
    },
    sums: {
      name: 'Sum up by product',
      type: 'file.csv',
      parameters: {
        operation: 'read',
        numbers: true,
        summarise: {
          groupBy: ['product'],
          operations: [
            { operation: 'count', as: 'rows' },
            { operation: 'sum', field: 'amount', as: 'amount' },
          ],
        },
      },
    },
    all: { name: 'All in one', type: 'data.aggregate', parameters: { destination: 'products' } },
    put: {
      name: 'Write the result',
      type: 'aws.s3',
      parameters: {
        operation: 'put',
        bucket: '{{ $trigger.json.detail.bucket.name }}',
        key: '{{ $replace($trigger.json.detail.object.key, /\\.csv$/, ".json") }}',
        value: '{{ $json.products }}',
      },
    },
  },
  edges: ['uploaded -> get', 'get -> sums', 'sums -> all', 'all -> put'],
  credentials: {
    get: { types: AWS, purpose: 'Reads from the bucket.' },
    put: { types: AWS, purpose: 'Writes to the bucket.' },
  },
  values: { 'uploaded.pattern': 'Which bucket and which files count.' },
  sample: [
    {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'sales' }, object: { key: '2026/march.csv' } },
    },
  ],
});
