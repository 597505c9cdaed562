import { AWS } from '../credential-types.ts';
import { defineTemplate } from '../define-template.ts';

export const zipArchive = defineTemplate({
  id: 'zip-archive',
  name: 'Pack S3 files into a ZIP archive',
  description:
    'Every Sunday lists the log files in an S3 bucket, packs them into one ZIP archive, and puts that into the bucket of archives.',
  category: 'AWS',
  tags: ['zip', 's3', 'archive', 'compress', 'logs', 'weekly'],
  nodes: {
    sunday: { name: 'Every Sunday', type: 'trigger.schedule', parameters: { cron: '0 1 * * SUN' } },
    list: {
      name: 'List the files',
      type: 'aws.s3',
      parameters: { operation: 'list', bucket: 'logs', prefix: 'web/', limit: 500 },
    },
    get: {
      name: 'Get each',
      type: 'aws.s3',
      parameters: { operation: 'get', bucket: 'logs', key: '{{ $json.key }}' },
    },
    pack: { name: 'Pack them', type: 'file.zip', parameters: { operation: 'pack', fileName: 'logs.zip' } },
    put: {
      name: 'Put it away',
      type: 'aws.s3',
      parameters: { operation: 'put', bucket: 'archives', key: 'web/{{ $today }}.zip' },
    },
  },
  edges: ['sunday -> list', 'list -> get', 'get -> pack', 'pack -> put'],
  credentials: {
    list: { types: AWS, purpose: 'Lists the bucket.' },
    get: { types: AWS, purpose: 'Reads the files.' },
    put: { types: AWS, purpose: 'Writes the archive.' },
  },
  values: {
    'list.bucket': 'The bucket of the files.',
    'get.bucket': 'The same bucket.',
    'put.bucket': 'The bucket of archives.',
  },
  sample: [{ plannedTime: '2026-03-01T01:00:00.000Z' }],
});
