import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Item } from '../item.ts';
import { type AwsWork, answerJson, defineAwsNode, missing, textOf } from './aws-node.ts';
import { fileParameter, wholeFile } from './file-content.ts';
import { fileOf } from './item-file.ts';
import { mediaTypeOf } from './media-type.ts';

/** Of an object that is put in one call. */
const MOST_BYTES = 100 * 1024 * 1024;
const MOST_LISTED = 10_000;
const LISTED_AT_ONCE = 1_000;

const EFFECTS = { get: 'read', list: 'read', presign: 'read', put: 'write', delete: 'write' } as const;
type OperationName = keyof typeof EFFECTS;

const shape = {
  operation: z
    .enum(Object.keys(EFFECTS) as [OperationName, ...OperationName[]])
    .default('get')
    .meta({
      title: 'Operation',
      description:
        'What is done with the bucket; presign makes a link for somebody without AWS. Needs the permissions s3:GetObject, s3:ListBucket, s3:PutObject or s3:DeleteObject; a link those of what it is for.',
    }),
  bucket: z.string().max(255).default('').meta({ title: 'Bucket', description: 'Its name.' }),
  key: z
    .string()
    .max(1_024)
    .optional()
    .meta({
      title: 'Key',
      description: 'The object’s name in the bucket.',
      examples: ['reports/{{ $json.id }}.csv'],
    }),
  prefix: z
    .string()
    .max(1_024)
    .default('')
    .meta({ title: 'Prefix', description: 'What listed keys begin with.' }),
  limit: z
    .int()
    .min(1)
    .max(MOST_LISTED)
    .default(1_000)
    .meta({ title: 'Limit', description: 'Objects listed at the most.' }),
  file: fileParameter,
  value: z
    .json()
    .optional()
    .meta({
      title: 'Value',
      description: 'The content to put; a file of the item when left out.',
      examples: ['{{ $json.report }}'],
    }),
  contentType: z
    .string()
    .max(255)
    .optional()
    .meta({
      title: 'Content type',
      description: 'Of what is put; that of the file, or of text or JSON, when left out.',
      examples: ['text/csv'],
    }),
  link: z
    .enum(['get', 'put'])
    .default('get')
    .meta({ title: 'Link for', description: 'What whoever has the link may do.' }),
  expiresInSeconds: z
    .int()
    .min(1)
    .max(7 * 86_400)
    .default(900)
    .meta({ title: 'Link lives', description: 'Seconds.' }),
};

type Given = z.output<z.ZodObject<typeof shape>>;

const OPERATIONS: Readonly<Record<OperationName, (given: Given, work: AwsWork) => Promise<readonly Item[]>>> =
  {
    get: async ({ bucket, key, file }, { send, files, item }) => {
      const { Body, ContentType, ETag, LastModified } = await send('GetObject', { Bucket: bucket, Key: key });
      const fileName = key?.split('/').at(-1);
      const saved = await files.save(Body as AsyncIterable<Uint8Array>, {
        fileName,
        mediaType: typeof ContentType === 'string' ? ContentType : mediaTypeOf(fileName ?? ''),
      });
      const about = answerJson({ bucket, key, size: saved.size, etag: ETag, lastModified: LastModified });
      return [{ json: about, binary: { ...item.binary, [file]: saved } }];
    },
    put: async (given, { send, files, item }) => {
      const { bucket, key, value, contentType } = given;
      const own = value === undefined ? fileOf(item, given.file) : null;
      const Body = own ? await wholeFile(files, own, MOST_BYTES) : new TextEncoder().encode(textOf(value));
      const usual = typeof value === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
      const ContentType = contentType ?? own?.mediaType ?? usual;
      const { ETag, VersionId } = await send('PutObject', { Bucket: bucket, Key: key, Body, ContentType });
      return [{ json: answerJson({ bucket, key, size: Body.length, etag: ETag, versionId: VersionId }) }];
    },
    list: async ({ bucket, prefix, limit }, { send }) => {
      const items: Item[] = [];
      let token: unknown;
      do {
        const page = await send('ListObjectsV2', {
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: Math.min(limit - items.length, LISTED_AT_ONCE),
          ContinuationToken: token,
        });
        const objects = (page.Contents ?? []) as readonly Readonly<Record<string, unknown>>[];
        items.push(
          ...objects.map(({ Key, Size, ETag, LastModified }) => ({
            json: answerJson({ key: Key, size: Size, etag: ETag, lastModified: LastModified }),
          })),
        );
        token = page.NextContinuationToken;
      } while (token && items.length < limit);
      return items;
    },
    delete: async ({ bucket, key }, { send }) => {
      await send('DeleteObject', { Bucket: bucket, Key: key });
      return [{ json: answerJson({ bucket, key, deleted: true }) }];
    },
    presign: async ({ bucket, key, link, expiresInSeconds }, { aws, as }) => {
      const operation = link === 'get' ? 'GetObject' : 'PutObject';
      const input = { Bucket: bucket, Key: key };
      const url = await aws.presign({ ...as, service: 's3', operation, input }, expiresInSeconds);
      return [{ json: answerJson({ bucket, key, url, expiresInSeconds }) }];
    },
  };

export const awsS3 = defineAwsNode({
  type: 'aws.s3',
  name: 'Amazon S3',
  description: 'Gets, puts, lists and deletes objects, and makes links to them.',
  icon: 'bucket',
  service: 's3',
  shape,
  effect: ({ operation }) => EFFECTS[operation],
  check: (written) => missing(written, 'bucket', ...(written.operation === 'list' ? [] : ['key'])),
  example: {
    parameters: { operation: 'list', bucket: 'reports', prefix: '2026/' },
    input: [{ json: {} }],
    output: { main: [{ json: { key: '2026/01.csv', size: 120, lastModified: '2026-02-01T06:00:00.000Z' } }] },
  },
  perform: async (given, work) => {
    if (given.operation !== 'list' && !given.key)
      throw new NodeError('aws.key', 'The key of the object is empty.');
    return OPERATIONS[given.operation](given, work);
  },
});
