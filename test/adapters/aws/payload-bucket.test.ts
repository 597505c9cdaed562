import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { payloadBucket } from '../../../shared/adapters/aws/payload-bucket.ts';
import { awsError } from './aws-error.ts';

const MEBIBYTE = 1024 * 1024;
const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

const bucket = payloadBucket(new S3Client({ region: 'eu-west-1' }), 'payloads');
const sent = () => s3.calls().map((call) => [call.args[0].constructor.name, call.args[0].input]);
/** A body as the SDK gives it in Node. */
const bodyOf = (text: string) =>
  Object.assign(Readable.from([Buffer.from(text)]), { transformToByteArray: async () => Buffer.from(text) });

async function* chunksOf(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const [each, size] of sizes.entries()) yield Buffer.alloc(size, each + 1);
}

describe('a payload in a bucket', () => {
  it('is put as one object under its key', async () => {
    const bytes = Buffer.from('bytes');
    s3.on(PutObjectCommand).resolves({});

    await bucket.put('short/exec_1/trigger', bytes);

    expect(sent()).toEqual([
      ['PutObjectCommand', { Bucket: 'payloads', Key: 'short/exec_1/trigger', Body: bytes }],
    ]);
  });

  it('is read whole, or piece by piece', async () => {
    s3.on(GetObjectCommand).callsFake(() => ({ Body: bodyOf('bytes') }));

    expect(Buffer.from(await bucket.get('a')).toString()).toBe('bytes');
    const pieces: Uint8Array[] = [];
    for await (const piece of await bucket.read('a')) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('bytes');
  });

  it('that is not there is missing', async () => {
    s3.on(GetObjectCommand).rejects(awsError('NoSuchKey', 404));

    await expect(bucket.get('a')).rejects.toMatchObject({ code: 'payload.missing' });
    await expect(bucket.read('a')).rejects.toMatchObject({ code: 'payload.missing' });
  });

  it.each(['SlowDown', 'ServiceUnavailable', 'RequestTimeout'])(
    'may be had later when S3 says %s',
    async (name) => {
      s3.on(GetObjectCommand).rejects(awsError(name, 503));
      s3.on(PutObjectCommand).rejects(awsError(name, 503));

      await expect(bucket.get('a')).rejects.toMatchObject({ code: 'service.unavailable' });
      await expect(bucket.put('a', Buffer.from(''))).rejects.toMatchObject({ code: 'service.unavailable' });
    },
  );

  it('that may not be read is a fault of the deployment, not a missing one', async () => {
    s3.on(GetObjectCommand).rejects(awsError('AccessDenied', 403));

    await expect(bucket.get('a')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a stream into a bucket', () => {
  it('of less than a part is one object', async () => {
    s3.on(PutObjectCommand).resolves({});

    const written = await bucket.write('a', chunksOf(3, 4));

    const bytes = Buffer.concat([Buffer.alloc(3, 1), Buffer.alloc(4, 2)]);
    expect(written).toEqual({ size: 7, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(sent()).toEqual([['PutObjectCommand', { Bucket: 'payloads', Key: 'a', Body: bytes }]]);
  });

  it('of nothing is an empty object', async () => {
    s3.on(PutObjectCommand).resolves({});

    expect(await bucket.write('a', chunksOf())).toMatchObject({ size: 0 });
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  });

  it('of more goes in parts of 8 MiB, one in memory, and is there when the last one is', async () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
    s3.on(UploadPartCommand).callsFake(({ PartNumber }) => ({ ETag: `etag-${PartNumber}` }));
    s3.on(CompleteMultipartUploadCommand).resolves({});

    const written = await bucket.write('a', chunksOf(5 * MEBIBYTE, 5 * MEBIBYTE, 9 * MEBIBYTE));

    expect(written.size).toBe(19 * MEBIBYTE);
    const parts = s3.commandCalls(UploadPartCommand).map(({ args: [{ input }] }) => {
      const { Body, PartNumber } = input;
      return [PartNumber, (Body as Uint8Array).length];
    });
    expect(parts).toEqual([
      [1, 8 * MEBIBYTE],
      [2, 8 * MEBIBYTE],
      [3, 3 * MEBIBYTE],
    ]);
    expect(s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input.MultipartUpload?.Parts).toEqual([
      { PartNumber: 1, ETag: 'etag-1' },
      { PartNumber: 2, ETag: 'etag-2' },
      { PartNumber: 3, ETag: 'etag-3' },
    ]);
  });

  it.each([
    ['reading fails', awsError('the source broke')],
    ['a part is refused', undefined],
  ])('leaves nothing when %s', async (_, broken) => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
    if (broken) s3.on(UploadPartCommand).resolves({ ETag: 'etag' });
    else s3.on(UploadPartCommand).rejects(awsError('AccessDenied', 403));
    s3.on(AbortMultipartUploadCommand).resolves({});
    async function* chunks() {
      yield* chunksOf(9 * MEBIBYTE);
      if (broken) throw broken;
    }

    await expect(bucket.write('a', chunks())).rejects.toThrow(broken?.message ?? 'AccessDenied');

    expect(s3.commandCalls(AbortMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      UploadId: 'upload',
    });
    expect(s3.commandCalls(CompleteMultipartUploadCommand)).toEqual([]);
  });
});

describe('removing all that begins with a prefix', () => {
  it('goes through every page', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [{ Key: 'exec_1/a' }, { Key: 'exec_1/b' }], NextContinuationToken: 'more' })
      .resolves({ Contents: [{ Key: 'exec_1/c' }] });
    s3.on(DeleteObjectsCommand).resolves({});

    await bucket.removePrefix('exec_1/');

    expect(sent()).toEqual([
      ['ListObjectsV2Command', { Bucket: 'payloads', Prefix: 'exec_1/', ContinuationToken: undefined }],
      [
        'DeleteObjectsCommand',
        { Bucket: 'payloads', Delete: { Objects: [{ Key: 'exec_1/a' }, { Key: 'exec_1/b' }], Quiet: true } },
      ],
      ['ListObjectsV2Command', { Bucket: 'payloads', Prefix: 'exec_1/', ContinuationToken: 'more' }],
      [
        'DeleteObjectsCommand',
        { Bucket: 'payloads', Delete: { Objects: [{ Key: 'exec_1/c' }], Quiet: true } },
      ],
    ]);
  });

  it('asks for no removal when there is nothing', async () => {
    s3.on(ListObjectsV2Command).resolves({});

    await bucket.removePrefix('exec_1/');

    expect(s3.calls()).toHaveLength(1);
  });

  it('does not take an answer of 200 for success when it lists what was left', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'exec_1/a' }] });
    s3.on(DeleteObjectsCommand).resolves({
      Errors: [{ Key: 'exec_1/a', Code: 'AccessDenied', Message: 'No.' }],
    });

    await expect(bucket.removePrefix('exec_1/')).rejects.toThrow('exec_1/a: AccessDenied');
  });
});

it('copies all that begins with a prefix to another one', async () => {
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'short/exec_1/a b' }] });
  s3.on(CopyObjectCommand).resolves({});

  await bucket.copyPrefix('short/exec_1/', 'long/exec_1/');

  expect(sent()[1]).toEqual([
    'CopyObjectCommand',
    { Bucket: 'payloads', CopySource: 'payloads/short/exec_1/a%20b', Key: 'long/exec_1/a b' },
  ]);
});
