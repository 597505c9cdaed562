import { createHash } from 'node:crypto';
import { NodeError } from '../../engine/errors.ts';
import type { Slice } from '../../engine/index.ts';
import type { Json } from '../../engine/item.ts';
import type { PayloadPort } from '../../engine/ports.ts';
import type { BodyRecord } from '../store/execution-record.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

/** Keeps what the bodies of one map know of their parent, once for all of them. */
export const keepBase = async (
  payloads: PayloadPort,
  key: string,
  base: Json,
): Promise<BodyRecord['base']> => {
  const bytes = new TextEncoder().encode(JSON.stringify(base));
  await payloads.put(key, bytes);
  return { key, hash: hashOf(bytes) };
};

/** Throws NodeError `payload.missing` or `payload.corrupt` when it is not there as it was. */
export const bodyOf = async (
  payloads: PayloadPort,
  { positions, base: { key, hash } }: BodyRecord,
): Promise<NonNullable<Slice['body']>> => {
  const bytes = await payloads.get(key);
  if (hashOf(bytes) !== hash)
    throw new NodeError('payload.corrupt', `The payload ${key} is not what was stored.`);
  return { positions, base: JSON.parse(new TextDecoder().decode(bytes)) as Json };
};
