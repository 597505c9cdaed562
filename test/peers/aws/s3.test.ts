import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, it } from 'vitest';
import { ACCESS_KEY, awsServer } from './aws-server.ts';
import { type StoredObject, s3 } from './s3.ts';

const anAccount = async (accessKeyId = ACCESS_KEY) => {
  const bucket = new Map<string, StoredObject>();
  const { unknown } = await awsServer({ s3: s3(new Map([['box', bucket]])) });
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return {
    client: new S3Client({ region: 'eu-central-1', credentials, forcePathStyle: true }),
    bucket,
    unknown,
  };
};
const put = (Key: string, Body = 'x') => new PutObjectCommand({ Bucket: 'box', Key, Body });

it('what is put is there, under keys of any signs, and listed page by page', async () => {
  const { client } = await anAccount();
  for (const key of ['a/ä & <b>.txt', 'a/c', 'd']) await client.send(put(key, key));
  const got = await client.send(new GetObjectCommand({ Bucket: 'box', Key: 'a/ä & <b>.txt' }));
  expect(await got.Body?.transformToString()).toBe('a/ä & <b>.txt');
  const query = { Bucket: 'box', Prefix: 'a/', MaxKeys: 1 };
  const first = await client.send(new ListObjectsV2Command(query));
  const second = await client.send(
    new ListObjectsV2Command({ ...query, ContinuationToken: first.NextContinuationToken }),
  );
  const keys = [first, second].flatMap(({ Contents = [] }) => Contents.map(({ Key }) => Key));
  expect(keys).toEqual(['a/c', 'a/ä & <b>.txt']);
  expect(second.IsTruncated).toBe(false);
});

it('refuses as S3 does: no such bucket, no such key, a checksum of something else', async () => {
  const { client, bucket } = await anAccount();
  const missing = new GetObjectCommand({ Bucket: 'box', Key: 'none' });
  await expect(client.send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' });
  const nowhere = new PutObjectCommand({ Bucket: 'none', Key: 'x', Body: 'x' });
  await expect(client.send(nowhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  const damaged = new PutObjectCommand({ Bucket: 'box', Key: 'x', Body: 'x', ChecksumCRC32: 'AAAAAA==' });
  await expect(client.send(damaged)).rejects.toMatchObject({ name: 'BadDigest' });
  expect(bucket.size).toBe(0);
});

it('answers nobody it does not know, and notes what it cannot do', async () => {
  const { client, unknown } = await anAccount();
  await client.send(put('x'));
  const link = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'box', Key: 'x' }));
  expect((await fetch(link)).status).toBe(200);
  expect((await fetch(link.replace(ACCESS_KEY, 'AKIASOMEBODYELSE'))).status).toBe(403);
  expect((await fetch(link.replace(/\?.*/, ''))).status).toBe(403);
  expect((await fetch(link, { method: 'POST' })).status).toBe(400);
  expect(unknown).toEqual(['s3: POST /box/x']);
});
