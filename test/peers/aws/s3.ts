import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type AwsReply, type AwsRequest, type AwsService, escaped, xml } from './service.ts';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** The objects of each bucket there is, by key. */
export type Buckets = ReadonlyMap<string, Map<string, StoredObject>>;

/** S3 as its REST API has it, addressed by path: objects are put, got, listed and deleted in the buckets that are given. */
export const s3 =
  (buckets: Buckets): AwsService =>
  (request) => {
    const [name = '', ...rest] = request.path.slice(1).split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const bucket = buckets.get(name);
    if (!bucket) return refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
    return key === '' ? listing(name, bucket, request) : OPERATIONS[request.method]?.(bucket, key, request);
  };

type Operation = (bucket: Map<string, StoredObject>, key: string, request: AwsRequest) => AwsReply;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  PUT: (bucket, key, { headers, body }) => {
    if (String(headers['content-encoding']).includes('aws-chunked'))
      return refusal(501, 'NotImplemented', 'Bodies in signed chunks are not read here.');
    const checksum = headers['x-amz-checksum-crc32'];
    if (checksum !== undefined && checksum !== checksumOf(body))
      return refusal(400, 'BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
    bucket.set(key, {
      bytes: body,
      contentType: headers['content-type'] ?? 'binary/octet-stream',
    });
    return { headers: { etag: etagOf(body) } };
  },
  GET: (bucket, key) => {
    const object = bucket.get(key);
    if (!object) return refusal(404, 'NoSuchKey', 'The specified key does not exist.');
    const { bytes, contentType } = object;
    return { headers: { 'content-type': contentType, etag: etagOf(bytes) }, body: bytes };
  },
  DELETE: (bucket, key) => {
    bucket.delete(key);
    return { status: 204 };
  },
};

/** ListObjectsV2: by key, page by page. */
const listing = (
  name: string,
  bucket: Map<string, StoredObject>,
  { method, query }: AwsRequest,
): AwsReply | undefined => {
  if (method !== 'GET' || query.get('list-type') !== '2') return undefined;
  const [prefix, after] = [query.get('prefix') ?? '', query.get('continuation-token') ?? ''];
  const most = Number(query.get('max-keys') ?? 1_000);
  const found = [...bucket.keys()].toSorted().filter((key) => key.startsWith(prefix) && key > after);
  const page = found.slice(0, most);
  const isCut = page.length < found.length;
  const contents = page.map((key) => {
    const { bytes } = bucket.get(key) as StoredObject;
    return `<Contents><Key>${escaped(key)}</Key><LastModified>2026-01-05T09:00:00.000Z</LastModified><ETag>${etagOf(bytes)}</ETag><Size>${bytes.length}</Size></Contents>`;
  });
  return xml(
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${name}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${isCut}</IsTruncated>${isCut ? `<NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`,
  );
};

const refusal = (status: number, code: string, message: string): AwsReply =>
  xml(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`, status);

const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

const checksumOf = (bytes: Uint8Array): string => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
};
