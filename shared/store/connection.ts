import { Agent } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PayloadPort } from '../../engine/ports.ts';
import type { Quotas } from '../operations/quotas.ts';

/**
 * Reads one item, or answers what it found the last time if this process knows that nothing has written to it since. `name`
 * says what is read, `keyOf` where it lies.
 */
export type KeptRead = <T>(
  name: string,
  keyOf: () => { readonly pk: string; readonly sk: string },
  read: () => Promise<T | null>,
) => Promise<T | null>;

export interface PayloadStore extends PayloadPort {
  removePrefix(prefix: string): Promise<void>;
  /** Copies everything whose key begins with `from` to keys that begin with `to` instead. */
  copyPrefix(from: string, to: string): Promise<void>;
}

/** What every store is made from. */
export interface StoreConnection {
  readonly client: DynamoDBClient;
  readonly document: DynamoDBDocumentClient;
  readonly table: string;
  /** Signs cursors; the same for all processes of a deployment. */
  readonly cursorKey: Uint8Array;
  readonly clock: { now(): number };
  /** For what does not fit into an item. */
  readonly payloads: PayloadStore;
  /** What differs here from the quotas of a deployment on AWS. */
  readonly quotas: Partial<Quotas>;
  /** Days a finished execution is kept. */
  readonly retentionDays: number;
  /** Compressed bytes of a journal segment above which it goes to the payload store. */
  readonly spillBytes: number;
  /** Bytes of text above which what an execution carries is compressed. */
  readonly compressBytes: number;
  /** Where several processes write, every read is made. */
  readonly kept: KeptRead;
}

/** Where a month in S3 becomes cheaper than in DynamoDB. */
const SPILL_BYTES = 6 * 1024;
/** Where compressing begins to save a write unit. */
const COMPRESS_BYTES = 1_024;
const RETENTION_DAYS = 30;

type RequiredOption = 'table' | 'cursorKey' | 'clock' | 'payloads';

export interface ConnectionOptions
  extends Pick<StoreConnection, RequiredOption>,
    Partial<Pick<StoreConnection, 'retentionDays' | 'spillBytes' | 'quotas' | 'compressBytes' | 'kept'>> {
  /** A DynamoDB that is not AWS's: gets made-up credentials. */
  readonly endpoint?: string;
}

const MAX_SOCKETS = 64;

/** A connection to AWS's DynamoDB, or to the one at `endpoint`. */
export const connect = ({ endpoint, ...rest }: ConnectionOptions): StoreConnection => {
  const client = new DynamoDBClient({
    maxAttempts: 5,
    ...(endpoint === undefined ? ON_AWS : elsewhere(endpoint)),
  });
  const document = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    retentionDays: RETENTION_DAYS,
    quotas: {},
    spillBytes: SPILL_BYTES,
    compressBytes: COMPRESS_BYTES,
    kept: (_name, _keyOf, read) => read(),
    ...rest,
    client,
    document,
  };
};

/** DynamoDB answers in milliseconds: a socket that hangs must not hold a slice until its function ends. */
const ON_AWS = {
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

const elsewhere = (endpoint: string) => ({
  endpoint,
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }) },
});
