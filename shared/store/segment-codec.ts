import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NodeError } from '../../engine/errors.ts';
import type { PayloadPort } from '../../engine/ports.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Below, another thread's turn takes longer than compressing does. */
const SYNC_BYTES = 64 * 1024;

type Attributes = Record<string, AttributeValue>;

export interface EncodeOptions {
  readonly payloads: PayloadPort;
  /** Of the payload, should it become one. */
  readonly key: string;
  /** Bytes of text below which compressing costs more than it saves. */
  readonly compressBytes: number;
  /** Compressed bytes above which a value is put aside. */
  readonly spillBytes: number;
}

/**
 * A JSON value as attributes of an item: `t` its text, `z` the text compressed, or `r` with `h`, a payload and the hash
 * of what it must hold, where it is larger than `spillBytes` compressed.
 */
export const encodeJson = async (
  value: unknown,
  { payloads, key, compressBytes, spillBytes }: EncodeOptions,
): Promise<Attributes> => {
  const text = JSON.stringify(value);
  const size = Buffer.byteLength(text);
  if (size < compressBytes) return { t: { S: text } };
  const bytes = size < SYNC_BYTES ? gzipSync(text) : await compress(text);
  if (bytes.length <= spillBytes) return { z: { B: bytes } };
  await payloads.put(key, bytes);
  return { r: { S: key }, h: { S: hashOf(bytes) } };
};

/** Throws `payload.missing` or `payload.corrupt` when what was put aside is not there as it was. */
export const decodeJson = async (attributes: Attributes, payloads: PayloadPort): Promise<unknown> => {
  if (attributes.t?.S !== undefined) return JSON.parse(attributes.t.S);
  if (attributes.z?.B) return unpack(attributes.z.B, 'What is stored compressed');
  const key = attributes.r?.S ?? '';
  const bytes = await payloads.get(key);
  if (hashOf(bytes) !== attributes.h?.S)
    throw new NodeError('payload.corrupt', `The payload ${key} is not what was stored.`);
  return unpack(bytes, `The payload ${key}`);
};

const unpack = async (bytes: Uint8Array, what: string): Promise<unknown> => {
  try {
    return JSON.parse((await decompress(bytes)).toString());
  } catch (cause) {
    throw new NodeError('payload.corrupt', `${what} is not what was stored.`, { cause });
  }
};

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');
