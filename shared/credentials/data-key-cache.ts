import { contextBytes, type EncryptionContext, type KeyService } from './key-service.ts';

/** Plaintext keys lie in memory no longer than this pays (the AWS Encryption SDK asks for a limit of age and of number). */
const MAX_AGE_MILLISECONDS = 5 * 60_000;
const MAX_ENTRIES = 100;

/** Unwraps data keys, the ones used last without asking the key service again. */
export const makeDataKeyCache = (keys: KeyService, now: () => number) => {
  const entries = new Map<string, { readonly key: Uint8Array; readonly until: number }>();
  const forget = (name: string): void => {
    entries.get(name)?.key.fill(0);
    entries.delete(name);
  };
  return async (encrypted: Uint8Array, context: EncryptionContext): Promise<Uint8Array> => {
    const name = `${Buffer.from(encrypted).toString('base64')} ${Buffer.from(contextBytes(context))}`;
    for (const [each, { until }] of entries) if (until <= now()) forget(each);
    const known = entries.get(name);
    // A copy, as the kept one is wiped when its time is up.
    if (known) return Uint8Array.from(known.key);
    const key = await keys.decrypt(encrypted, context);
    entries.set(name, { key: Uint8Array.from(key), until: now() + MAX_AGE_MILLISECONDS });
    const [oldest] = entries.keys();
    if (entries.size > MAX_ENTRIES && oldest !== undefined) forget(oldest);
    return key;
  };
};
