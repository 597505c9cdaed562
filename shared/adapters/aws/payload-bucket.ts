import { createHash } from 'node:crypto';
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
import { NodeError } from '../../../engine/errors.ts';
import type { WrittenPayload } from '../../../engine/ports.ts';
import type { PayloadStore } from '../../store/connection.ts';
import { ask, refusalName } from './refusal.ts';

/** S3 takes parts from 5 MiB on and at most 10,000 of them: up to 80 GB, with one part in memory. */
const PART_BYTES = 8 * 1024 * 1024;

interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
}

/** With clients of its own; `elsewhere`: not on AWS, where buckets have host names. */
export const openPayloadBucket = (bucket: string, elsewhere: boolean) =>
  payloadBucket(new S3Client({ maxAttempts: 5, forcePathStyle: elsewhere }), bucket);

/** What does not fit into the journal, and files: an object each. A payload is there whole or not at all. */
export const payloadBucket = (client: S3Client, Bucket: string): PayloadStore => {
  const put = async (Key: string, Body: Uint8Array): Promise<void> => {
    await ask('S3', () => client.send(new PutObjectCommand({ Bucket, Key, Body })));
  };

  const open = async (Key: string) => {
    try {
      const { Body } = await ask('S3', () => client.send(new GetObjectCommand({ Bucket, Key })));
      if (Body) return Body;
    } catch (error) {
      if (refusalName(error) !== 'NoSuchKey') throw error;
    }
    throw new NodeError('payload.missing', `There is no payload ${Key}.`);
  };

  /** Uploads in parts; nothing is to be seen before the last one is there, and nothing stays when reading fails. */
  const upload = async (Key: string, pieces: AsyncIterator<Uint8Array>, first: Uint8Array): Promise<void> => {
    const { UploadId } = await ask('S3', () =>
      client.send(new CreateMultipartUploadCommand({ Bucket, Key })),
    );
    const Parts: Part[] = [];
    try {
      for (let Body: Uint8Array | null = first; Body; Body = await nextOf(pieces)) {
        const PartNumber = Parts.length + 1;
        const part = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body });
        const { ETag } = await ask('S3', () => client.send(part));
        Parts.push({ PartNumber, ETag });
      }
      const complete = new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts },
      });
      await ask('S3', () => client.send(complete));
    } catch (error) {
      // The lifecycle rule for unfinished uploads takes what cannot be taken back here.
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
      throw error;
    }
  };

  return {
    put,
    get: async (key) => (await open(key)).transformToByteArray(),
    write: async (key, chunks) => {
      const told: { hash: ReturnType<typeof createHash>; size: number } = {
        hash: createHash('sha256'),
        size: 0,
      };
      const pieces = inParts(chunks, told);
      const first = (await nextOf(pieces)) ?? new Uint8Array();
      if (first.length < PART_BYTES) await put(key, first);
      else await upload(key, pieces, first);
      return { size: told.size, sha256: told.hash.digest('hex') } satisfies WrittenPayload;
    },
    // In Node a body is a readable stream, whatever else it may be in a browser.
    read: async (key) => (await open(key)) as unknown as AsyncIterable<Uint8Array>,
    removePrefix: async (prefix) => {
      for await (const page of pagesOf(client, Bucket, prefix)) {
        await removeAll(
          client,
          Bucket,
          page.map((Key) => ({ Key })),
        );
      }
    },
    copyPrefix: async (from, to) => {
      for await (const page of pagesOf(client, Bucket, from)) {
        for (const key of page) {
          const CopySource = `${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
          const Key = `${to}${key.slice(from.length)}`;
          await ask('S3', () => client.send(new CopyObjectCommand({ Bucket, CopySource, Key })));
        }
      }
    },
  };
};

/** The keys that begin with a prefix, in pages that are not empty. */
async function* pagesOf(client: S3Client, Bucket: string, Prefix: string): AsyncGenerator<string[], void> {
  let ContinuationToken: string | undefined;
  do {
    const page = await ask('S3', () =>
      client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken })),
    );
    const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    if (keys.length > 0) yield keys;
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

/** S3 answers 200 and lists what it could not remove. */
const removeAll = async (
  client: S3Client,
  Bucket: string,
  Objects: { Key: string | undefined }[],
): Promise<void> => {
  const { Errors } = await ask('S3', () =>
    client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })),
  );
  const [first] = Errors ?? [];
  if (first) throw new Error(`S3 did not remove ${first.Key}: ${first.Code} ${first.Message}`);
};

/** Joins chunks to pieces of a part's size, the last one smaller, and tells of what has passed. */
async function* inParts(
  chunks: AsyncIterable<Uint8Array>,
  told: { hash: ReturnType<typeof createHash>; size: number },
): AsyncGenerator<Uint8Array, void> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    told.hash.update(chunk);
    told.size += chunk.length;
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    const joined = Buffer.concat(waiting);
    let at = 0;
    for (; bytes - at >= PART_BYTES; at += PART_BYTES) yield joined.subarray(at, at + PART_BYTES);
    waiting = [joined.subarray(at)];
    bytes -= at;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

const nextOf = async (pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> => {
  const { done, value } = await pieces.next();
  return done ? null : value;
};
