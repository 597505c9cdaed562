import { createHash } from 'node:crypto';
import { NodeError } from '../../engine/errors.ts';
import type { PayloadPort } from '../../engine/ports.ts';

/** A payload store that forgets everything with the test. */
export const memoryPayloads = (): PayloadPort & { readonly kept: ReadonlyMap<string, Uint8Array> } => {
  const kept = new Map<string, Uint8Array>();
  const get = (key: string): Uint8Array => {
    const bytes = kept.get(key);
    if (!bytes) throw new NodeError('payload.missing', `There is no payload ${key}.`);
    return bytes;
  };
  return {
    kept,
    put: async (key, bytes) => void kept.set(key, bytes),
    get: async (key) => get(key),
    write: async (key, chunks) => {
      const read: Uint8Array[] = [];
      for await (const chunk of chunks) read.push(chunk);
      const bytes = Buffer.concat(read);
      kept.set(key, bytes);
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    read: async (key) => {
      const bytes = get(key);
      return (async function* () {
        yield bytes;
      })();
    },
  };
};
